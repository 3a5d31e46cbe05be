package pushcert

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"
)

// corpusPassword opens every encrypted file of the corpus.
const corpusPassword = "correct horse"

// keyFiles has the unencrypted keys; openssl makes the encrypted ones.
func keyFiles(t testing.TB, _ *world) corpusFiles {
	t.Helper()
	customer, ec := testKeys()["customer"], corpusECKey(t)
	ed := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
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
		"key/far-too-large.der":     farTooLarge(t),
	}
}

// breakKey changes one bit of the modulus.
func breakKey(der []byte) []byte {
	broken := bytes.Clone(der)
	broken[20] ^= 1
	return broken
}

// farTooLarge is shaped like an RSA key of a hundred thousand bits.
func farTooLarge(t testing.TB) []byte {
	t.Helper()
	der, err := asn1.Marshal(struct {
		Version int
		Modulus *big.Int
	}{0, new(big.Int).Lsh(big.NewInt(1), 8*maxKeySize)})
	if err != nil {
		t.Fatal(err)
	}
	return der
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
