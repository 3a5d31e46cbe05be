package pushcert

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// lookalikeFiles has what looks like something else: certificates, topics and texts.
func lookalikeFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	push := func(change func(*spec), template func(*x509.Certificate)) []byte {
		s := renewedSpec()
		s.change = template
		if change != nil {
			change(&s)
		}
		return issue(t, w.aai, s).PEM()
	}
	noMark := func(s *spec) { s.extensions = nil }
	// A developer's certificate with the key of the push certificate.
	developer := issue(t, w.wwdr, spec{
		uid: "ABCDE12345", cn: "Apple Distribution: Example Inc. (ABCDE12345)", ou: "ABCDE12345", org: "Example Inc.", country: "US",
		change: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} },
	})
	key := testKeys()["customer"]
	voip := spec{uid: "com.example.app.voip", cn: "VoIP Services: com.example.app", ou: "ABCDE12345", country: "US", extensions: []pkix.Extension{
		sandboxMark(), productionMark(), null(1, 2, 840, 113635, 100, 6, 3, 5),
		{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 3, 4}, Value: []byte("\x30\x1e\x0c\x14com.example.app.voip\x30\x06\x0c\x04voip")},
	}}
	oldWWDR := authoritySpec("Apple Worldwide Developer Relations Certification Authority", "Apple Worldwide Developer Relations", "intermediate")
	oldWWDR.org = "Apple Inc."
	topic := func(text string) string { return "<key>Topic</key><string>" + text + "</string>" }
	leaf := string(w.push.PEM())
	p8 := string(readCorpus(t, "key/AuthKey_ABC123.p8"))
	pasted := pastings()
	return corpusFiles{
		"certificate/not-mdm-topic.pem":        push(func(s *spec) { s.uid = "com.example.app" }, nil),
		"certificate/leaf-is-authority.pem":    push(nil, func(c *x509.Certificate) { c.IsCA = true }),
		"certificate/no-client-auth.pem":       push(nil, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }),
		"certificate/no-digital-signature.pem": push(nil, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }),
		"certificate/no-marker.pem":            push(noMark, nil),
		"certificate/no-purpose.pem":           push(noMark, func(c *x509.Certificate) { c.ExtKeyUsage, c.KeyUsage = nil, 0 }),
		"certificate/voip-push.pem":            issue(t, w.wwdr, voip).PEM(),
		"certificate/old-wwdr.pem":             issue(t, issue(t, nil, oldWWDR), vendorSpec()).PEM(),
		"certificate/developer.pem":            developer.PEM(),
		"pkcs12/developer-first.p12":           encodePFX(t, pkcs12.Passwordless, key, "", developer, w.push),
		"pkcs12/push-first.p12":                encodePFX(t, pkcs12.Passwordless, key, "", w.push, developer),
		"profile/team-topic.mobileconfig":      []byte(profileText("com.apple.mdm", topic("ABCDE12345"))),
		"profile/app-topic.mobileconfig":       []byte(profileText("com.apple.mdm", topic("com.example.app"))),
		"profile/sandbox.mobileconfig":         []byte(profileText("com.apple.mdm", topic(corpusTopic)+"<key>UseDevelopmentAPNS</key><true/>")),
		"profile/not-sandbox.mobileconfig":     []byte(profileText("com.apple.mdm", topic(corpusTopic)+"<key>UseDevelopmentAPNS</key><false/>")),
		"pem/utf16le-unmarked.pem":             []byte(utf16Bytes(leaf, binary.LittleEndian)),
		"pem/quoted-mail.pem":                  []byte(pasted["quoted by mail"](leaf)),
		"pem/long-dashes.pem":                  []byte(pasted["one dash for two"](leaf)),
		"pem/no-begin.pem":                     []byte(pasted["the BEGIN line lost"](leaf)),
		"pem/no-end.pem":                       []byte(pasted["the END line lost"](leaf)),
		"key/AuthKey_escaped.p8":               []byte(strings.TrimSpace(pasted["\\n spelled out"](p8))),
		"key/AuthKey_utf16le.p8":               []byte(pasted["UTF-16 with mark"](p8)),
		"other/tokens-utf16le.csv":             []byte(utf16LE("\ufefftoken,push_magic\r\n" + strings.Repeat("1a", 32) + ",M-1\r\n\u00a0" + strings.Repeat("2B", 32) + "\u00a0,M-2\r\n")),
		"key/AuthKey_bare.p8":                  []byte(pasted["bare base64"](p8)),
		"cms/bouncy-castle.p7b":                berStyle{open: true, part: 1000}.ber(t, readCorpus(t, "cms/chain.p7b")),
		"pkcs12/bouncy-castle.p12":             berStyle{open: true, part: 1000}.pkcs12(t, w, []byte(corpusPassword)),
	}
}
