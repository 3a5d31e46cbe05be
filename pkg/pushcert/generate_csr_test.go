package pushcert

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"strings"
	"testing"
)

// csrFiles has signing requests in each wrapper, and with each fault.
func csrFiles(t testing.TB, _ *world) corpusFiles {
	t.Helper()
	customer := testKeys()["customer"]
	der := corpusCSR(t, customer)
	text := armour("CERTIFICATE REQUEST", der)
	return corpusFiles{
		"csr/rsa.pem":            text,
		"csr/rsa-new.csr":        armour("NEW CERTIFICATE REQUEST", der),
		"csr/rsa.der":            der,
		"csr/as-certificate.cer": armour("CERTIFICATE", der),
		"csr/with-key.pem":       append(armour("CERTIFICATE REQUEST", der), armour("PRIVATE KEY", pkcs8(t, customer))...),
		"csr/crlf.pem":           []byte(strings.ReplaceAll(string(text), "\n", "\r\n")),
		"csr/ec.pem":             armour("CERTIFICATE REQUEST", corpusCSR(t, corpusECKey(t))),
		"csr/rsa-1024.pem":       armour("CERTIFICATE REQUEST", corpusCSR(t, testKeys()["weak"])),
		"csr/rsa-3072.pem":       armour("CERTIFICATE REQUEST", corpusCSR(t, testKeys()["large"])),
		"csr/sha1.der":           sha1CSR(t),
		"csr/signature.der":      forged(der),
		"csr/broken-inside.der":  breakInside(der),
	}
}

// sha1CSR is the request for the renewal, signed as OpenSSL did by default before 2014.
func sha1CSR(t testing.TB) []byte {
	t.Helper()
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "acme"}, SignatureAlgorithm: x509.SHA1WithRSA}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, testKeys()["renewal"])
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func corpusCSR(t testing.TB, key crypto.Signer) []byte {
	t.Helper()
	der, err := NewCSR(key, Subject{CommonName: "acme", Email: "it@example.com", Country: "jp"})
	if err != nil {
		t.Fatal(err)
	}
	return der
}
