package pushcert

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"unicode/utf16"
)

// certificateFiles has one file for each role of certificate.
func certificateFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	topics, err := hex.DecodeString("30660c0f636f6d2e6578616d706c652e61707030070c05746f706963" +
		"0c14636f6d2e6578616d706c652e6170702e766f697030060c04766f6970" +
		"0c1c636f6d2e6578616d706c652e6170702e636f6d706c69636174696f6e300e0c0c636f6d706c69636174696f6e")
	if err != nil {
		t.Fatal(err)
	}
	topicList := pkix.Extension{Id: []int{1, 2, 840, 113635, 100, 6, 3, 6}, Value: topics}
	app := spec{uid: "com.example.app", cn: "Apple Push Services: com.example.app", ou: "ABCDE12345", org: "Example", country: "US"}
	universal, sandbox := app, app
	universal.extensions = []pkix.Extension{sandboxMark(), productionMark(), topicList}
	sandbox.cn = "Apple Development IOS Push Services: com.example.app"
	sandbox.extensions = []pkix.Extension{sandboxMark()}
	pass := spec{uid: "pass.com.example", cn: "Pass Type ID: pass.com.example", country: "US", extensions: []pkix.Extension{productionMark(), null(1, 2, 840, 113635, 100, 6, 1, 16)}}
	web := spec{uid: "web.com.example", cn: "Website Push ID: web.com.example", country: "US", extensions: []pkix.Extension{null(1, 2, 840, 113635, 100, 6, 1, 17)}}
	mail := spec{uid: "com.apple.mail.XServer." + testUUID, cn: "APSP:" + testUUID, country: "US", extensions: []pkix.Extension{productionMark()}}
	profileManager := pushSpec()
	profileManager.uid = "com.apple.mgmt.XServer." + testUUID
	expired := pushSpec()
	expired.from, expired.to = testIssued.AddDate(-3, 0, 0), testEnd.AddDate(-3, 0, 0)
	ofEC := pushSpec()
	ofEC.public = corpusECKey(t).Public()
	return corpusFiles{
		"certificate/mdm-push.pem":         w.push.PEM(),
		"certificate/mdm-push.cer":         w.push.X509.Raw,
		"certificate/mdm-push-xserver.pem": issue(t, w.aai, profileManager).PEM(),
		"certificate/mdm-push-expired.pem": issue(t, w.aai, expired).PEM(),
		"certificate/mdm-push-ec.pem":      issue(t, w.aai, ofEC).PEM(),
		"certificate/mdm-vendor.cer":       w.vendor.X509.Raw,
		"certificate/mdm-vendor.pem":       w.vendor.PEM(),
		"certificate/app-push.pem":         issue(t, w.wwdr, universal).PEM(),
		"certificate/app-push-sandbox.cer": issue(t, w.wwdr, sandbox).X509.Raw,
		"certificate/pass-push.pem":        issue(t, w.wwdr, pass).PEM(),
		"certificate/website-push.pem":     issue(t, w.wwdr, web).PEM(),
		"certificate/server-push.pem":      issue(t, w.aai, mail).PEM(),
		"certificate/ca-root.pem":          w.root.PEM(),
		"certificate/ca-intermediate.cer":  w.wwdr.X509.Raw,
		"certificate/web-server.pem":       issue(t, w.root, spec{cn: "www.example.com", country: "US"}).PEM(),
		"certificate/two-in-der.cer":       append(bytes.Clone(w.push.X509.Raw), w.aai.X509.Raw...),
		"certificate/truncated.cer":        w.push.X509.Raw[:700],
		"certificate/trailing.cer":         append(bytes.Clone(w.push.X509.Raw), "and more"...),
		"certificate/final-newline.cer":    append(bytes.Clone(w.push.X509.Raw), '\n'),
		"certificate/broken-inside.cer":    breakInside(w.push.X509.Raw),
	}
}

// breakInside spoils the first object identifier and leaves all lengths alone.
func breakInside(der []byte) []byte {
	broken := bytes.Clone(der)
	at := bytes.IndexByte(broken, 0x06)
	broken[at] = 0x1F
	return broken
}

// pemFiles has one file for each oddity of PEM (reference 5.3).
func pemFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	leaf, issuer := string(w.push.PEM()), string(w.aai.PEM())
	key := string(armour("PRIVATE KEY", pkcs8(t, testKeys()["customer"])))
	bare := base64.StdEncoding.EncodeToString(w.push.X509.Raw)
	other := pushSpec()
	other.key, other.uid = "vendor", "com.apple.mgmt.External.99999999-0d4e-4f5a-9b6c-7d8e9f0a1b2c"
	second := string(issue(t, w.aai, other).PEM())
	trusted, err := hex.DecodeString("300c300a06082b06010505070302") // OpenSSL's X509_CERT_AUX: trusted for client authentication
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"crlf":              strings.ReplaceAll(leaf, "\n", "\r\n"),
		"bom":               markUTF8 + leaf,
		"utf16le":           markUTF16LE + utf16Bytes(leaf, binary.LittleEndian),
		"utf16be":           markUTF16BE + utf16Bytes(leaf, binary.BigEndian),
		"bag-attributes":    bagAttributes + leaf,
		"glued":             strings.TrimSuffix(leaf, "\n") + key,
		"text-around":       "Hello,\n\nhere is the new certificate:\n\n" + leaf + "\nRegards\n-- \nIT\n",
		"escaped-newlines":  strings.ReplaceAll(leaf, "\n", `\n`),
		"json-body":         `{"cert":"` + strings.ReplaceAll(leaf, "\n", `\n`) + `","private_key":"` + strings.ReplaceAll(key, "\n", `\n`) + `"}`,
		"leading-blanks":    "    " + strings.ReplaceAll(leaf, "\n", "\n    "),
		"long-lines":        "-----BEGIN CERTIFICATE-----\n" + bare + "\n-----END CERTIFICATE-----\n",
		"one-line":          strings.ReplaceAll(leaf, "\n", " "),
		"no-final-newline":  strings.TrimSuffix(leaf, "\n"),
		"bare-base64":       bare,
		"bare-base64-lines": strings.TrimSuffix(strings.Join(strings.Split(leaf, "\n")[1:len(strings.Split(leaf, "\n"))-2], "\r\n"), "\r\n"),
		"truncated":         leaf[:600],
		"not-base64":        strings.Replace(leaf, "MII", "M*I", 1),
		"key-as-certificate": "-----BEGIN CERTIFICATE-----\n" + base64.StdEncoding.EncodeToString(pkcs8(t, testKeys()["customer"])) +
			"\n-----END CERTIFICATE-----\n",
		"trusted":          string(armour("TRUSTED CERTIFICATE", append(bytes.Clone(w.push.X509.Raw), trusted...))),
		"with-key":         leaf + key,
		"key-first":        key + leaf,
		"chain":            leaf + issuer + string(w.root.PEM()),
		"chain-root-first": string(w.root.PEM()) + issuer + leaf,
		"with-foreign-key": second + key,
		"two-leaves":       leaf + second,
		"twice-the-same":   leaf + leaf,
		"two-leaves-key":   second + leaf + key,
		"public-key":       string(armour("PUBLIC KEY", w.push.X509.RawSubjectPublicKeyInfo)),
		"crl":              string(armour("X509 CRL", revocations(t, w))),
		"openssh-key":      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----\n",
	}
	out := corpusFiles{}
	for name, text := range files {
		out["pem/"+name+".pem"] = []byte(text)
	}
	return out
}

const bagAttributes = `Bag Attributes
    friendlyName: APSP:3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c
    localKeyID: 54 69 6D 65 20 31
subject=UID = com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c, C = JP

issuer=CN = Test Application Integration 2, O = Test CA, C = US

`

func utf16Bytes(text string, order binary.AppendByteOrder) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

func revocations(t testing.TB, w *world) []byte {
	t.Helper()
	issuer := *w.root.X509
	issuer.KeyUsage |= x509.KeyUsageCRLSign
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: testIssued, NextUpdate: testEnd,
	}, &issuer, testKeys()["root"])
	if err != nil {
		t.Fatal(err)
	}
	return der
}
