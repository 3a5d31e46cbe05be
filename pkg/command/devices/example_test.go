package devices_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// What devices say that they listen on.
func Example() {
	commandtest.Show("", "devices", "audit", "../../../testdata/pushcert/device/token-update.plist")
	// Output:
	// Devices by topic
	//
	// 1  com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c
	//
	// Devices: 1, topics: 1; nothing to hold them against (see --against)
}
