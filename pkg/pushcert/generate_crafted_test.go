package pushcert

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"
)

// The kinds of bags in a PKCS #12 file (RFC 7292, section 4.2).
const (
	keyBag         = 1
	shroudedKeyBag = 2
	certificateBag = 3
)

// craftedPKCS12Files has the PKCS #12 that go-pkcs12 does not read and no program at
// hand writes: unencrypted, without a MAC, put together from its parts.
func craftedPKCS12Files(t testing.TB, w *world) corpusFiles {
	t.Helper()
	key := bag(t, keyBag, pkcs8(t, testKeys()["customer"]))
	other := bag(t, keyBag, pkcs8(t, testKeys()["vendor"]))
	x509Certificate := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}
	sdsiCertificate := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 2}
	leaf := bag(t, certificateBag, certificateIn(t, x509Certificate, w.push.X509.Raw))
	sdsi := bag(t, certificateBag, certificateIn(t, sdsiCertificate, w.push.X509.Raw))
	damagedLeaf := bag(t, certificateBag, certificateIn(t, x509Certificate, breakInside(w.push.X509.Raw)))
	scrypt := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11} // RFC 7914, section 7
	pbkdf2 := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	signed := pfxOf(t, safe(t, leaf), safe(t, key))
	signed = bytes.Replace(signed, []byte(cmsArc+"\x01"), []byte(cmsArc+"\x02"), 1)
	return corpusFiles{
		"pkcs12/two-parts.p12":     pfxOf(t, safe(t, leaf), safe(t, key)),
		"pkcs12/one-part.p12":      pfxOf(t, safe(t, leaf, key)),
		"pkcs12/three-parts.p12":   pfxOf(t, safe(t, leaf), safe(t, key), safe(t, bag(t, certificateBag, certificateIn(t, x509Certificate, w.aai.X509.Raw)))),
		"pkcs12/two-keys.p12":      pfxOf(t, safe(t, leaf), safe(t, key, other)),
		"pkcs12/sdsi.p12":          pfxOf(t, safe(t, sdsi), safe(t, key)),
		"pkcs12/broken-inside.p12": pfxOf(t, safe(t, damagedLeaf), safe(t, key)),
		"pkcs12/signed.p12":        signed,
		"pkcs12/scrypt.p12":        pfxOf(t, safe(t, leaf), safe(t, bag(t, shroudedKeyBag, shrouded(t, scrypt)))),
		"pkcs12/sha384-prf.p12":    pfxOf(t, safe(t, leaf), safe(t, bag(t, shroudedKeyBag, shrouded(t, pbkdf2)))),
	}
}

// shrouded is a key under PBES2 with a derivation that go-pkcs12 does not know: scrypt,
// or PBKDF2 with HMAC-SHA-384. Nobody could open it.
func shrouded(t testing.TB, derivation asn1.ObjectIdentifier) []byte {
	t.Helper()
	type params struct {
		Salt       []byte
		Iterations int
		PRF        pkix.AlgorithmIdentifier
	}
	type algorithm struct {
		ID         asn1.ObjectIdentifier
		Parameters any
	}
	hmacSHA384 := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}, Parameters: asn1.NullRawValue}
	aes256 := algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, make([]byte, 16)}
	return marshal(t, struct {
		Algorithm algorithm
		Data      []byte
	}{
		algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, struct{ KDF, Cipher algorithm }{
			algorithm{derivation, params{make([]byte, 8), 2048, hmacSHA384}}, aes256,
		}},
		make([]byte, 64),
	})
}

// part is a safe or a bag of a PKCS #12 file.
type part struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue
}

func pfxOf(t testing.TB, safes ...part) []byte {
	t.Helper()
	return marshal(t, struct {
		Version  int
		AuthSafe part
	}{pfxVersion, safe(t, safes...)})
}

// safe wraps parts as CMS data.
func safe(t testing.TB, parts ...part) part {
	t.Helper()
	return part{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}, explicit(marshal(t, marshal(t, parts)))}
}

func bag(t testing.TB, kind int, der []byte) part {
	t.Helper()
	return part{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, kind}, explicit(der)}
}

func certificateIn(t testing.TB, kind asn1.ObjectIdentifier, der []byte) []byte {
	t.Helper()
	return marshal(t, part{kind, explicit(marshal(t, der))})
}

// explicit puts a [0] around an encoding.
func explicit(der []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der}
}

func marshal(t testing.TB, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
