package vendors_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// The vendor's certificate has ended.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/vendor-expired.yaml", "vendor", "show")
	// Output:
	// UID           ABCDE12345
	// Common name   MDM Vendor: Acme, Inc.
	// Country       US
	// Organisation  Acme, Inc.
	// Issuer        Test Worldwide Developer Relations
	// Serial (hex)  0552818DF267903F
	// Serial (dec)  383511364937158719
	// Valid from    2025-03-01 10:00:00 UTC
	// Valid until   2026-05-31 12:00:00 UTC
	// Days left     -184 (expired)
	// Key           RSA 2048
	// SHA-256       5abe78b78181b12bcf37b4643b2b81a666cb9b213c31dae6d0c374b8b9e6d2cc
	// critical: vendor-expired
	//   the vendor certificate has expired (2026-05-31 12:00:00 UTC); Apple refuses
	//   requests signed with it
	//   next: with a new vendor certificate from developer.apple.com requests are made
	//   again; push certificates that are in use are not touched
	//     apnsctl vendor csr
	//     apnsctl vendor import mdm.cer
	// critical: issuer-not-apple
	//   Apple did not issue this certificate; the issuer of "UID=ABCDE12345, CN=MDM
	//   Vendor: Acme\, Inc., OU=ABCDE12345, O=Acme\, Inc., C=US" is "CN=Test Worldwide
	//   Developer Relations, OU=G3, O=Test CA, C=US", which is none of Apple's
	//   authorities
	//   next: do not use it with a real MDM server. Download the certificate from
	//   Apple's portal again; if it is from a simulator, name its authority for this
	//   rehearsal:
	//     apnsctl portal -p acme
	//     apnsctl inspect FILE --trust-root ROOTFILE
	// status 3
}
