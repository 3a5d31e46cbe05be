package pushcert

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// testKeys are the RSA keys of the corpus, read once for the whole package and never changed: tests
// that go on at one time share them. Apple's portal takes 2048 bits.
var testKeys = sync.OnceValue(func() map[string]*rsa.PrivateKey {
	keys := map[string]*rsa.PrivateKey{}
	for name, bits := range map[string]int{
		"root": KeyBits, "intermediate": KeyBits, "vendor": KeyBits, "customer": KeyBits,
		"renewal": KeyBits, "weak": 1024, "large": 3072,
	} {
		key, err := corpusKey(filepath.Join(corpus, "key", name+".pem"), bits)
		if err != nil {
			panic(err)
		}
		keys[name] = key
	}
	return keys
})

// corpusKey reads a key of the corpus, or makes it where it is not there yet: keys are themselves files
// of the corpus, and stay the same from one update to the next.
func corpusKey(path string, bits int) (*rsa.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if err == nil {
		block, _ := pem.Decode(data)
		if block == nil {
			return nil, fmt.Errorf("%s has no PEM block", path)
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return key.(*rsa.PrivateKey), nil
	}
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return key, os.WriteFile(path, armour("PRIVATE KEY", der), 0o600)
}

// Moments of the test world: issued, asked about, ended.
var (
	testIssued = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	testNow    = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	testEnd    = time.Date(2027, 3, 1, 9, 59, 59, 0, time.UTC)
)

const testUUID = "3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c"

// spec describes a test certificate; what is empty gets the value of a good one.
type spec struct {
	uid, cn, org, country string
	ou                    string
	key                   string // of testKeys
	public                any    // in place of key
	from, to              time.Time
	ca                    bool
	maxPath               int // with ca; 0 is unlimited, -1 is none
	extensions            []pkix.Extension
	serial                int64
	noKeyIDs              bool
	hash                  x509.SignatureAlgorithm
	change                func(*x509.Certificate) // of the template, before all else
}

// identity is a certificate with the name of its key.
type identity struct {
	*Certificate
	key string
}

func null(oid ...int) pkix.Extension {
	return pkix.Extension{Id: oid, Value: asn1.NullBytes}
}

func vendorMark() pkix.Extension     { return null(1, 2, 840, 113635, 100, 4, 12) }
func productionMark() pkix.Extension { return null(1, 2, 840, 113635, 100, 6, 3, 2) }
func sandboxMark() pkix.Extension    { return null(1, 2, 840, 113635, 100, 6, 3, 1) }

// name has UID and CN as UTF8String before the rest, as Apple writes them.
func (s spec) name() pkix.Name {
	var n pkix.Name
	add := func(oid asn1.ObjectIdentifier, tag int, value string) {
		if value != "" {
			n.ExtraNames = append(n.ExtraNames, pkix.AttributeTypeAndValue{Type: oid, Value: asn1.RawValue{Tag: tag, Bytes: []byte(value)}})
		}
	}
	add(uidType(), asn1.TagUTF8String, s.uid)
	add(asn1.ObjectIdentifier{2, 5, 4, 3}, asn1.TagUTF8String, s.cn)
	add(asn1.ObjectIdentifier{2, 5, 4, 11}, asn1.TagUTF8String, s.ou)
	add(asn1.ObjectIdentifier{2, 5, 4, 10}, asn1.TagUTF8String, s.org)
	add(asn1.ObjectIdentifier{2, 5, 4, 6}, asn1.TagPrintableString, s.country)
	return n
}

// issue makes a certificate; a nil issuer makes it self-signed.
func issue(tb testing.TB, issuer *identity, s spec) *identity {
	tb.Helper()
	if s.key == "" {
		s.key = "customer"
	}
	key := testKeys()[s.key]
	if s.public == nil {
		s.public = key.Public()
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(max(s.serial, 1)), Subject: s.name(), NotBefore: s.from, NotAfter: s.to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true, IsCA: s.ca, ExtraExtensions: s.extensions, SignatureAlgorithm: s.hash,
	}
	if template.NotBefore.IsZero() {
		template.NotBefore = testIssued
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = testEnd
	}
	if s.ca {
		template.KeyUsage, template.ExtKeyUsage = x509.KeyUsageCertSign, nil
		template.MaxPathLen, template.MaxPathLenZero = max(s.maxPath, 0), s.maxPath < 0
	}
	if s.change != nil {
		s.change(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.X509, testKeys()[issuer.key]
	}
	if !s.noKeyIDs {
		template.SubjectKeyId = keyID(tb, s.public)
		template.AuthorityKeyId = keyID(tb, signer.Public())
	}
	if s.noKeyIDs {
		bare := *parent
		bare.SubjectKeyId, bare.Raw = nil, parent.Raw
		parent = &bare
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, s.public, signer)
	if err != nil {
		tb.Fatal(err)
	}
	return &identity{parse(tb, der), s.key}
}

func keyID(tb testing.TB, pub crypto.PublicKey) []byte {
	tb.Helper()
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		tb.Fatal(err)
	}
	id := sha1.Sum(der)
	return id[:]
}

func parse(tb testing.TB, der []byte) *Certificate {
	tb.Helper()
	c, err := ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// world is a small Apple: a root, one intermediate for vendors and one for pushes.
type world struct {
	root, wwdr, aai *identity
	vendor, push    *identity
	trust           *Trust
}

var caEnd = time.Date(2035, 2, 9, 0, 0, 0, 0, time.UTC)

func authoritySpec(cn, ou, key string) spec {
	return spec{cn: cn, ou: ou, org: "Test CA", country: "US", key: key, ca: true, from: testIssued.AddDate(-10, 0, 0), to: caEnd}
}

func vendorSpec() spec {
	return spec{
		uid: "ABCDE12345", cn: "MDM Vendor: Acme, Inc.", ou: "ABCDE12345", org: "Acme, Inc.", country: "US", key: "vendor",
		extensions: []pkix.Extension{vendorMark()}, serial: 0x0552818DF267903F,
	}
}

func pushSpec() spec {
	return spec{
		uid: "com.apple.mgmt.External." + testUUID, cn: "APSP:" + testUUID, country: "JP",
		extensions: []pkix.Extension{productionMark()}, serial: 0x680E7B663005A423,
	}
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{root: issue(tb, nil, authoritySpec("Test Root", "", "root"))}
	w.wwdr = issue(tb, w.root, authoritySpec("Test Worldwide Developer Relations", "G3", "intermediate"))
	w.aai = issue(tb, w.root, authoritySpec("Test Application Integration 2", "", "intermediate"))
	w.vendor = issue(tb, w.wwdr, vendorSpec())
	w.push = issue(tb, w.aai, pushSpec())
	w.trust = trustIn(tb, w.root, w.wwdr, w.aai)
	return w
}

func trustIn(tb testing.TB, authorities ...*identity) *Trust {
	tb.Helper()
	trust, err := NewTrust(bundle(authorities...))
	if err != nil {
		tb.Fatal(err)
	}
	return trust
}

func bundle(identities ...*identity) []byte {
	var text []byte
	for _, i := range identities {
		text = append(text, i.PEM()...)
	}
	return text
}

// keysOf lists the sentences of findings, in order.
func keysOf(findings []problem.Finding) []string {
	keys := []string{}
	for _, f := range findings {
		keys = append(keys, f.Key())
	}
	return keys
}

// weakKey has 1024 bits: too few for Apple, and cheap to make.
func weakKey(tb testing.TB) *rsa.PrivateKey {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}
