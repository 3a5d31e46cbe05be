package profile_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// What the certificate does not tell is noted beside it.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "memo", "-p", "acme", "--remarks", "the card is in the safe")
	// Output:
	// Noted. Of the profile "acme" there stands now:
	// Apple Account  mdm@example.com
	// Remarks        the card is in the safe
}
