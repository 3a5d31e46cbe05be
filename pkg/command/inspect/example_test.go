package inspect_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// What a file is, in one word.
func Example() {
	commandtest.Show("", "inspect", "../../../testdata/pushcert/certificate/mdm-push.pem", "--field", "role")
	// Output:
	// mdm-push
}
