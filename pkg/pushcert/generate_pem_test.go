package pushcert

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/crypto/ssh"
)

// The byte order marks that Windows editors and PowerShell put before text.
const (
	markUTF8    = "\xEF\xBB\xBF"
	markUTF16LE = "\xFF\xFE"
	markUTF16BE = "\xFE\xFF"
)

// pemFiles has one file for each oddity of PEM (reference 5.3).
func pemFiles(t testing.TB, w *world) corpusFiles {
	t.Helper()
	leaf, issuer := string(w.push.PEM()), string(w.aai.PEM())
	key := string(armour("PRIVATE KEY", pkcs8(t, testKeys()["customer"])))
	bare := base64.StdEncoding.EncodeToString(w.push.X509.Raw)
	other := pushSpec()
	other.key, other.uid, other.cn = "vendor", "com.apple.mgmt.External.99999999-0d4e-4f5a-9b6c-7d8e9f0a1b2c", "APSP:99999999-0d4e-4f5a-9b6c-7d8e9f0a1b2c"
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
		"with-ec-key":      leaf + string(armour("PRIVATE KEY", pkcs8(t, corpusECKey(t)))),
		"vendor-with-key":  string(w.vendor.PEM()) + string(armour("PRIVATE KEY", pkcs8(t, testKeys()["vendor"]))),
		"public-key":       string(armour("PUBLIC KEY", w.push.X509.RawSubjectPublicKeyInfo)),
		"crl":              string(armour("X509 CRL", revocations(t, w))),
		"openssh-ed25519":  openSSH(t, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))),
		"openssh-rsa":      openSSH(t, testKeys()["customer"]),
		"openssh-ecdsa":    openSSH(t, corpusECKey(t)),
		"openssh-key":      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----\n",
	}
	out := corpusFiles{}
	for name, text := range files {
		out["pem/"+name+".pem"] = []byte(text)
	}
	return out
}

// openSSH is a private key as OpenSSH writes it, by the library of others.
func openSSH(t testing.TB, key crypto.PrivateKey) string {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(key, "a test key of apnsctl")
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block))
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
