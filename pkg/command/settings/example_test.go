package settings_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// A setting is checked when it is set.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "config", "set", "warn_days", "soon", "-o", "json")
	// Output:
	// {
	//   "schema": "apnsctl/v1",
	//   "ok": false,
	//   "error": {
	//     "code": "usage",
	//     "message": "\"soon\" is not a number from 0 to 3650 (warn_days)",
	//     "hint": "all settings, with their values:\n  apnsctl config list",
	//     "params": {
	//       "least": "0",
	//       "most": "3650",
	//       "setting": "warn_days",
	//       "value": "soon"
	//     }
	//   }
	// }
	// status 2
}
