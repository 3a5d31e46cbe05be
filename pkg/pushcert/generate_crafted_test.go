package pushcert

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"golang.org/x/crypto/scrypt"

	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
)

// The kinds of bags in a PKCS #12 file (RFC 7292, section 4.2).
const (
	keyBag         = 1
	shroudedKeyBag = 2
	certificateBag = 3
	safeBag        = 6
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
	oidScrypt := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11} // RFC 7914, section 7
	oidPBKDF2 := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
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
		"pkcs12/scrypt.p12":        pfxOf(t, safe(t, leaf), safe(t, bag(t, shroudedKeyBag, shrouded(t, oidScrypt)))),
		"pkcs12/sha384-prf.p12":    pfxOf(t, safe(t, leaf), safe(t, bag(t, shroudedKeyBag, shrouded(t, oidPBKDF2)))),
	}
}

// shrouded is a key under PBES2 with a derivation that go-pkcs12 does not know: scrypt,
// or PBKDF2 with HMAC-SHA-384.
func shrouded(t testing.TB, derivation asn1.ObjectIdentifier) []byte {
	t.Helper()
	type algorithm struct {
		ID         asn1.ObjectIdentifier
		Parameters any
	}
	var kdf any = struct {
		Salt    []byte
		N, R, P int
	}{make([]byte, 8), 16384, 8, 1}
	key, err := scrypt.Key([]byte(corpusPassword), make([]byte, 8), 16384, 8, 1, 32)
	if derivation.String() == "1.2.840.113549.1.5.12" {
		hmacSHA384 := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}, Parameters: asn1.NullRawValue}
		kdf = struct {
			Salt       []byte
			Iterations int
			PRF        pkix.AlgorithmIdentifier
		}{make([]byte, 8), 2048, hmacSHA384}
		key, err = pbkdf2.Key(sha512.New384, corpusPassword, make([]byte, 8), 2048, 32)
	}
	if err != nil {
		t.Fatal(err)
	}
	aes256 := algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, make([]byte, 16)}
	pbes2 := algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, struct{ KDF, Cipher algorithm }{algorithm{derivation, kdf}, aes256}}
	return marshal(t, struct {
		Algorithm algorithm
		Data      []byte
	}{pbes2, sealWith(t, key, make([]byte, 16), aes.NewCipher, pkcs8(t, testKeys()["customer"]))})
}

// seal encrypts as [sealed.open] decrypts; other programs' files hold that to the standard.
func seal(t testing.TB, s pbe.Scheme, password, plain []byte) []byte {
	t.Helper()
	key, iv, err := s.Derive(password)
	if err != nil {
		t.Fatal(err)
	}
	return sealWith(t, key, iv, s.NewBlock, plain)
}

// sealWith encrypts in CBC mode, with the padding that the reader takes off.
func sealWith(t testing.TB, key, iv []byte, newBlock func([]byte) (cipher.Block, error), plain []byte) []byte {
	t.Helper()
	block, err := newBlock(key)
	if err != nil {
		t.Fatal(err)
	}
	pad := block.BlockSize() - len(plain)%block.BlockSize()
	out := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
	return out
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
	}{3, safe(t, safes...)})
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
