package pushcert

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"
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
	trailer := make([]byte, binaryPlistTrailer)
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

// requestFiles has the request as the tools write it; what is wrong inside one is
// tested beside CheckRequest.
func requestFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	request, err := BuildRequest(corpusCSR(t, testKeys()["customer"]), w.vendor.Certificate, testKeys()["vendor"], []*Certificate{w.wwdr.Certificate, w.root.Certificate})
	if err != nil {
		t.Fatal(err)
	}
	list, err := base64.StdEncoding.DecodeString(string(request))
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]string
	if _, err := plist.Unmarshal(list, &values); err != nil {
		t.Fatal(err)
	}
	return corpusFiles{
		"request/one-line.b64":      request,
		"request/mdmcert.plist.b64": mimeLines(request),
		"request/unencoded.plist":   list,
		"request/twice.b64":         []byte(base64.StdEncoding.EncodeToString(request)),
		"request/binary.plist":      encodePlist(t, values, plist.BinaryFormat),
		"request/cut-off.b64":       request[:1200],
	}
}

// mimeLines wraps base64 as mail does: 76 columns, CRLF.
func mimeLines(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		n := min(76, len(text))
		out = append(append(out, text[:n]...), "\r\n"...)
		text = text[n:]
	}
	return out
}

func cmsFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	var raw []byte
	for _, c := range []*identity{w.root, w.aai, w.push} {
		raw = append(raw, c.X509.Raw...)
	}
	p7b, err := pkcs7.DegenerateCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	answerKey := issue(t, nil, spec{cn: "mdmcert.download", key: "vendor"})
	answer := envelopedCMS(t, []byte("the request"), answerKey)
	signedText := signedCMS(t, []byte("just a text"), w.vendor)
	return corpusFiles{
		"cms/chain.p7b":                      p7b,
		"cms/chain-pem.p7b":                  armour("PKCS7", p7b),
		"cms/chain-base64.p7b":               mimeLines([]byte(base64.StdEncoding.EncodeToString(p7b))),
		"cms/signed-text.p7m":                signedText,
		"cms/truncated.p7b":                  p7b[:len(p7b)-100],
		"cms/encrypted-for-someone.p7":       envelopedCMS(t, []byte("secret"), w.push),
		"cms/nested-too-deep.p7b":            nestedBER(),
		"mdmcert/answer.plist.b64.p7":        []byte(hex.EncodeToString(answer)),
		"mdmcert/answer-newline.p7":          []byte(strings.ToUpper(hex.EncodeToString(answer)) + "\r\n"),
		"mdmcert/answer-decoded.p7":          answer,
		"mdmcert/answer-cut-off.p7":          []byte(hex.EncodeToString(answer[:200])),
		"mdmcert/encryption-certificate.pem": answerKey.PEM(),
	}
}

// nestedBER opens a hundred thousand unsized elements after a CMS type.
func nestedBER() []byte {
	head := append([]byte{derSequence, berUnsized}, cmsArc+"\x02"...)
	return append(head, bytes.Repeat([]byte{0xA0, berUnsized}, 100_000)...)
}

func tokenFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	const inner = `{"consumer_key":"CK_test","consumer_secret":"CS_test","access_token":"AT_test","access_secret":"AS_test","access_token_expiry":"2027-07-01T22:18:53Z"}`
	message := "Content-Type: text/plain;charset=UTF-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n-----BEGIN MESSAGE-----\r\n" + inner + "\r\n-----END MESSAGE-----\r\n"
	body := mimeLines([]byte(base64.StdEncoding.EncodeToString(envelopedCMS(t, []byte(message), w.push))))
	p7m := append([]byte("Content-Type: application/pkcs7-mime; name=\"smime.p7m\"; smime-type=enveloped-data\r\n"+
		"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"smime.p7m\"\r\nContent-Description: S/MIME Encrypted Message\r\n\r\n"), body...)
	const content = `{"token":"secret of the token","expDate":"2027-12-05T16:53:11+0900","orgName":"Example K.K."}`
	return corpusFiles{
		"token/MDM_Token_2026-07-01T22-18-53Z_smime.p7m": p7m,
		"token/renamed.p7m":                 p7m,
		"token/cut-off.p7m":                 p7m[:len(p7m)-300],
		"token/decrypted.txt":               []byte(message),
		"token/decrypted.json":              []byte(inner),
		"token/no-date.json":                []byte(strings.Replace(inner, "2027-07", "soon", 1)),
		"token/sToken_for_Example.vpptoken": []byte(base64.StdEncoding.EncodeToString([]byte(content))),
		"token/content.json":                []byte(content),
		"token/content-bad-date.vpptoken":   []byte(base64.StdEncoding.EncodeToString([]byte(strings.Replace(content, "2027", "next", 1)))),
		"token/mail.eml":                    []byte("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello\r\n"),
	}
}

func otherFiles(testing.TB, *world) corpusFiles {
	return corpusFiles{
		"other/portal.html":     []byte("<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Your session has expired.</body></html>\n"),
		"other/portal-xml.html": []byte("<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>\n"),
		"other/empty.pem":       {},
		"other/blank.pem":       []byte(" \r\n\n"),
		"other/zeros.pem":       make([]byte, 64),
		"other/notes.txt":       []byte("The certificate is on the other server.\n"),
		"other/word.txt":        []byte("certificate\n"),
		"other/archive.zip":     []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00"),
		"other/store.jks":       []byte("\xFE\xED\xFE\xED\x00\x00\x00\x02\x00\x00\x00\x01"),
		"other/token.jwt":       []byte("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJBQkMifQ.c2lnbmF0dXJl\n"),
		"other/answer.json":     []byte(`{"result":"success"}`),
		"other/random.bin":      []byte("\x8f\x01\x02\x03\x04\x05\x06\x07\x00\x00"),
		"other/short.der":       {0x30, 0x82},
		"other/sequence.der":    {0x30, 0x06, 0x02, 0x01, 0x05, 0x01, 0x01, 0xFF},
	}
}
