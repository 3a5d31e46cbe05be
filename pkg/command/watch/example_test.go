package watch_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// What is watched, as a spreadsheet takes it: a trust root is missing, so that nobody knows the issuer.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "status", "-o", "csv")
	// Output:
	// kind,profile,name,state,days_left,not_after,topic,serial_hex,apple_account,vendor,pending_days,imported_at,imported_by,acquired_on,remarks
	// push,acme,,critical,90,2027-03-01T09:59:59Z,com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c,680E7B663005A423,mdm@example.com,,184,2026-03-01T10:00:00Z,,,
	// vendor,,,critical,90,2027-03-01T09:59:59Z,,0552818DF267903F,,"Acme, Inc.",,2026-03-01T10:00:00Z,,,
	// status 3
}
