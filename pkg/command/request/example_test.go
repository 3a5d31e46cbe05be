package request_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// Where the renewal stands, and what comes next.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "renew", "acme", "--checklist")
	// Output:
	// Renewal of "acme": valid until 2027-03-01, days left: 90. As long as the topic
	// stays the same, no device notices anything.
	//
	// [x] request   make the request and have it signed
	// [>] portal    upload it to Apple, in the right row
	// [ ] download  download the certificate
	// [ ] verify    is it the right one?
	// [ ] import    register it here
	// [ ] deliver   give it to the MDM server
	// [ ] test      wake one device with it
	//
	// Next: no vendor has signed the CSR yet. The vendor identity of this file signs
	// it; then the card leads beside Apple's page:
	//   apnsctl csr -p acme
	//   apnsctl portal -p acme
}
