package notify_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// Nobody to tell is a failure, also when nothing is due.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "notify", "-o", "json")
	// Output:
	// {
	//   "schema": "apnsctl/v1",
	//   "ok": false,
	//   "error": {
	//     "code": "recipient-missing",
	//     "message": "nobody would be told in time, for there is no recipient",
	//     "hint": "name who is to be told:\n  apnsctl config set notify.to ADDRESS",
	//     "params": {}
	//   }
	// }
	// status 2
}
