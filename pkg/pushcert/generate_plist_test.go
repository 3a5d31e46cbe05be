package pushcert

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"howett.net/plist"
)

const plistHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`

const corpusTopic = "com.apple.mgmt.External." + testUUID

// profileText is an enrollment profile; extra goes into its MDM payload.
func profileText(payloadType, topic string) string {
	return plistHead + `<dict>
	<key>PayloadType</key><string>Configuration</string>
	<key>PayloadVersion</key><integer>1</integer>
	<key>PayloadIdentifier</key><string>com.example.enroll</string>
	<key>PayloadContent</key>
	<array>
		<dict><key>PayloadType</key><string>com.apple.security.scep</string></dict>
		<dict>
			<key>PayloadType</key><string>` + payloadType + `</string>
			<key>ServerURL</key><string>https://mdm.example.com/mdm</string>
			<key>AccessRights</key><integer>8191</integer>
			<key>SignMessage</key><true/>
			` + topic + `
		</dict>
	</array>
</dict>
</plist>
`
}

func plistFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	topic := "<key>Topic</key><string>" + corpusTopic + "</string>"
	profile := profileText("com.apple.mdm", topic)
	update := map[string]any{
		"MessageType": "TokenUpdate", "Topic": corpusTopic, "UDID": "00008030-000A1B2C3D4E5F60",
		"Token": bytes.Repeat([]byte{0xAB}, 32), "PushMagic": "6C5F0D50-0BD7-4F4D-9A8E-2D4C3B6A1F00",
		"UnlockToken": []byte("not to be read"), "AwaitingConfiguration": false, "User": "東京",
	}
	checkOut := map[string]any{"MessageType": "CheckOut", "Topic": corpusTopic, "UDID": "00008030-000A1B2C3D4E5F60"}
	xmlUpdate := encodePlist(t, update, plist.XMLFormat)
	return corpusFiles{
		"profile/plain.mobileconfig":       []byte(profile),
		"profile/binary.mobileconfig":      encodePlist(t, profileValue(), plist.BinaryFormat),
		"profile/signed.mobileconfig":      signedCMS(t, []byte(profile), w.vendor),
		"profile/signed-pem.mobileconfig":  armour("PKCS7", signedCMS(t, []byte(profile), w.vendor)),
		"profile/base64.mobileconfig":      []byte(base64.StdEncoding.EncodeToString([]byte(profile))),
		"profile/no-topic.mobileconfig":    []byte(profileText("com.apple.mdm", "")),
		"profile/wifi.mobileconfig":        []byte(profileText("com.apple.wifi.managed", "")),
		"profile/encrypted.mobileconfig":   []byte(plistHead + "<dict><key>PayloadType</key><string>Configuration</string><key>EncryptedPayloadContent</key><data>AAAA</data></dict></plist>\n"),
		"profile/cut-off.mobileconfig":     []byte(profile[:600]),
		"device/token-update.plist":        xmlUpdate,
		"device/token-update-binary.plist": encodePlist(t, update, plist.BinaryFormat),
		"device/token-update-bom.plist":    append([]byte(markUTF8), xmlUpdate...),
		"device/check-out.plist":           encodePlist(t, checkOut, plist.XMLFormat),
		"device/list.plist":                encodePlist(t, []string{"a", "b"}, plist.XMLFormat),
		"device/nested-too-deep.plist":     []byte(plistHead + strings.Repeat("<array>", 5000) + strings.Repeat("</array>", 5000) + "</plist>"),
		"device/refers-to-itself.plist":    selfReference(),
	}
}

func profileValue() map[string]any {
	return map[string]any{
		"PayloadType":    "Configuration",
		"PayloadContent": []any{map[string]any{"PayloadType": "com.apple.mdm", "Topic": corpusTopic}},
	}
}

// selfReference is a binary property list whose one array holds itself.
func selfReference() []byte {
	data := append([]byte("bplist00"), 0xA1, 0x00, 0x08)
	trailer := make([]byte, 32)
	trailer[6], trailer[7], trailer[15], trailer[31] = 1, 1, 1, 10
	return append(data, trailer...)
}

func encodePlist(t testing.TB, value any, format int) []byte {
	t.Helper()
	data, err := plist.MarshalIndent(value, format, "\t")
	if err != nil {
		t.Fatal(err)
	}
	return data
}
