package pbe

import (
	"crypto/sha1"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"testing"
)

func TestPBMAC1StatesASensibleKeyLength(t *testing.T) {
	hmac := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}}
	for length, ok := range map[int]bool{0: false, 32: true, 1 << 30: false} {
		kdf := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}}
		kdf.Parameters.FullBytes = marshaled(t, pbkdf2Params{Salt: make([]byte, 8), Iterations: 1, KeyLength: length, PRF: hmac})
		var m pfxMAC
		m.Digest.Algorithm.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 14}
		m.Digest.Algorithm.Parameters.FullBytes = marshaled(t, struct{ KDF, MAC pkix.AlgorithmIdentifier }{kdf, hmac})
		left := Budget(10)
		if _, err := m.check(&left); (err == nil) != ok {
			t.Errorf("key length %d: %v", length, err)
		}
	}
}

func TestIterationsOfOneFileAddUp(t *testing.T) {
	left := Budget(100)
	for _, step := range []struct {
		n  int
		ok bool
	}{{60, true}, {0, false}, {-1, false}, {41, false}, {40, true}, {1, false}} {
		if err := left.spend(step.n); (err == nil) != step.ok {
			t.Errorf("spending %d: %v", step.n, err)
		}
	}
}

// TestWhatLiesOpenIsAddedUpFirst: keys beside each other, and in bags within bags, before any is opened.
func TestWhatLiesOpenIsAddedUpFirst(t *testing.T) {
	type bag struct {
		ID    asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	of := func(kind int, der []byte) bag {
		value := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der}
		return bag{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, kind}, value}
	}
	key := func(iterations int) bag {
		a := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}}
		a.Parameters.FullBytes = marshaled(t, struct {
			Salt       []byte
			Iterations int
		}{make([]byte, 8), iterations})
		return of(2, marshaled(t, struct {
			Algorithm pkix.AlgorithmIdentifier
			Data      []byte
		}{a, make([]byte, 64)}))
	}
	for name, row := range map[string]struct {
		bags       []bag
		affordable bool
	}{
		"one":                        {[]bag{key(100)}, true},
		"one that costs more":        {[]bag{key(101)}, false},
		"two that do together":       {[]bag{key(60), key(41)}, false},
		"within another bag":         {[]bag{of(6, marshaled(t, []bag{key(101)}))}, false},
		"beside what is no key":      {[]bag{of(3, marshaled(t, "no certificate")), of(1, marshaled(t, "no key")), key(101)}, false},
		"damaged, which others tell": {[]bag{of(2, marshaled(t, "no key"))}, true},
	} {
		b := &PFX{safes: []pfxSafe{{bags: marshaled(t, row.bags)}}}
		if err := b.affordable(100); (err == nil) != row.affordable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPKCS12KeyDerivation(t *testing.T) {
	// Test vectors of OpenSSL and Bouncy Castle for RFC 7292 appendix B: password "smeg".
	salt := []byte{0x0A, 0x58, 0xCF, 0x64, 0x53, 0x0D, 0x82, 0x3F}
	got := PKCS12Key(sha1.New, []byte("smeg"), salt, 1, pkcs12ForKey, 24)
	if want := "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"; hex.EncodeToString(got) != want {
		t.Errorf("key %x, want %s", got, want)
	}
}

func marshaled(t *testing.T, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
