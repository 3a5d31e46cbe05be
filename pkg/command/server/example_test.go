package server_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// What a config file without servers says.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "server", "list")
	// Output:
	// No server was added yet.
	//
	// How one is added:
	//   apnsctl help server add
}
