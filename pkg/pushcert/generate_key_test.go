package pushcert

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/asn1"
	"testing"

	"software.sslmate.com/src/go-pkcs12"
)

// corpusPassword opens every encrypted file of the corpus.
const corpusPassword = "correct horse"

// keyFiles has the unencrypted keys and requests; openssl makes the encrypted ones.
func keyFiles(t testing.TB, _ *world) corpusFiles {
	t.Helper()
	customer, ec := testKeys()["customer"], corpusECKey(t)
	ed := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	rsaCSR, ecCSR := corpusCSR(t, customer), corpusCSR(t, ec)
	return corpusFiles{
		"key/pkcs1.pem":             armour("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(customer)),
		"key/pkcs1.der":             x509.MarshalPKCS1PrivateKey(customer),
		"key/pkcs8.der":             pkcs8(t, customer),
		"key/sec1.pem":              armour("EC PRIVATE KEY", sec1),
		"key/AuthKey_ABC123.p8":     armour("PRIVATE KEY", pkcs8(t, ec)),
		"key/ed25519.pem":           armour("PRIVATE KEY", pkcs8(t, ed)),
		"key/truncated.der":         pkcs8(t, customer)[:500],
		"key/broken.pem":            armour("RSA PRIVATE KEY", breakKey(x509.MarshalPKCS1PrivateKey(customer))),
		"key/sealed-too-costly.der": sealedWith(t, 2_000_000_000),
		"csr/rsa.pem":               armour("CERTIFICATE REQUEST", rsaCSR),
		"csr/rsa-new.csr":           armour("NEW CERTIFICATE REQUEST", rsaCSR),
		"csr/rsa.der":               rsaCSR,
		"csr/ec.pem":                armour("CERTIFICATE REQUEST", ecCSR),
		"csr/as-certificate.cer":    armour("CERTIFICATE", rsaCSR),
		"csr/with-key.pem":          append(armour("CERTIFICATE REQUEST", rsaCSR), armour("PRIVATE KEY", pkcs8(t, customer))...),
	}
}

func corpusCSR(t testing.TB, key crypto.Signer) []byte {
	t.Helper()
	der, err := NewCSR(key, Subject{CommonName: "acme", Email: "it@example.com", Country: "jp"})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// breakKey changes one bit of the modulus.
func breakKey(der []byte) []byte {
	broken := bytes.Clone(der)
	broken[20] ^= 1
	return broken
}

// sealedWith is an encrypted key that asks for so many iterations. Nobody could
// open it; it must be refused before anyone tries.
func sealedWith(t testing.TB, iterations int) []byte {
	t.Helper()
	oid := func(last ...int) asn1.ObjectIdentifier {
		return append(asn1.ObjectIdentifier{1, 2, 840, 113549}, last...)
	}
	type algorithm struct {
		ID         asn1.ObjectIdentifier
		Parameters any
	}
	type params struct {
		Salt       []byte
		Iterations int
	}
	type schemes struct{ KDF, Cipher algorithm }
	der, err := asn1.Marshal(struct {
		Algorithm algorithm
		Data      []byte
	}{
		algorithm{oid(1, 5, 13), schemes{
			algorithm{oid(1, 5, 12), params{make([]byte, 8), iterations}},
			algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, make([]byte, 16)},
		}},
		make([]byte, 64),
	})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// pkcs12Files has what go-pkcs12 can write; openssl makes the rest.
func pkcs12Files(t testing.TB, w *world) corpusFiles {
	t.Helper()
	key := testKeys()["customer"]
	files := corpusFiles{}
	for name, encoder := range map[string]*pkcs12.Encoder{
		"go-rc2": pkcs12.LegacyRC2, "go-des": pkcs12.LegacyDES, "go-modern": pkcs12.Modern2023, "go-pbmac1": pkcs12.Modern2026,
	} {
		files["pkcs12/"+name+".p12"] = encodePFX(t, encoder, key, corpusPassword, w.push, w.aai)
	}
	files["pkcs12/go-empty-password.p12"] = encodePFX(t, pkcs12.Modern2023, key, "", w.push)
	files["pkcs12/go-passwordless.p12"] = encodePFX(t, pkcs12.Passwordless, key, "", w.push, w.aai, w.root)
	files["pkcs12/root-first.p12"] = encodePFX(t, pkcs12.Passwordless, key, "", w.root, w.aai, w.push)
	files["pkcs12/foreign-key.p12"] = encodePFX(t, pkcs12.Passwordless, testKeys()["vendor"], "", w.push)
	files["pkcs12/too-costly.p12"] = costlyPFX(t, files["pkcs12/go-des.p12"])
	files["pkcs12/truncated.p12"] = files["pkcs12/go-modern.p12"][:900]
	return files
}

// costlyPFX makes a file ask for two thousand million iterations of its MAC.
func costlyPFX(t testing.TB, der []byte) []byte {
	t.Helper()
	var p pfx
	if _, err := asn1.Unmarshal(der, &p); err != nil {
		t.Fatal(err)
	}
	p.MAC.Iterations = 2_000_000_000
	costly, err := asn1.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return costly
}

func encodePFX(t testing.TB, encoder *pkcs12.Encoder, key any, password string, leaf *identity, issuers ...*identity) []byte {
	t.Helper()
	var chain []*x509.Certificate
	for _, i := range issuers {
		chain = append(chain, i.X509)
	}
	data, err := encoder.Encode(key, leaf.X509, chain, password)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
