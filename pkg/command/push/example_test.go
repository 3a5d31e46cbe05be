package push_test

import "github.com/apnsctl/apnsctl/pkg/command/commandtest"

// What would be sent, for a device or a whole fleet.
func Example() {
	commandtest.Show("../../../testdata/pushcert/state/acme.yaml", "push", "--dry-run", "--token", "0000000000000000000000000000000000000000000000000000000000000000", "--push-magic", "magic")
	// Output:
	// curl --http2 --request POST --cert CERTIFICATE.pem --key KEY.pem --header 'apns-topic: com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c' --header 'apns-push-type: mdm' --header 'apns-priority: 10' --header 'apns-expiration: 1796720400' --header 'content-type: application/json' --data '{"mdm":"***"}' https://api.push.apple.com/3/device/0000…0000
	//
	// dry run, nothing was sent: 1 row, 0 of them unusable
}
