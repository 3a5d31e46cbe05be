package doctor_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// The config file, its keys and the clock, without any network.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "doctor", "--offline", "-o", "json")
	// Output:
	// {
	//   "schema": "apnsctl/v1",
	//   "ok": true,
	//   "result": {
	//     "exit_code": 0,
	//     "verdict": "ok",
	//     "checks": [
	//       {
	//         "name": "config-file",
	//         "status": "ok",
	//         "detail": "FOLDER/config.yaml; profiles: 1; no .bak yet",
	//         "cause": "",
	//         "hint": "",
	//         "params": {
	//           "path": "FOLDER/config.yaml",
	//           "profiles": "1"
	//         }
	//       },
	//       {
	//         "name": "permissions",
	//         "status": "ok",
	//         "detail": "file 0600; folder 0700",
	//         "cause": "",
	//         "hint": "",
	//         "params": {
	//           "file_mode": "0600",
	//           "folder_mode": "0700"
	//         }
	//       },
	//       {
	//         "name": "key-pair",
	//         "status": "ok",
	//         "detail": "compared with certificates and requests: 3; opened: 3",
	//         "cause": "",
	//         "hint": "",
	//         "params": {
	//           "opened": "3",
	//           "pairs": "3"
	//         }
	//       }
	//     ]
	//   }
	// }
}
