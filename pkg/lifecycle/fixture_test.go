package lifecycle

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Instants of the tests: certificates are checked on the first day of 2027.
var (
	now     = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
	topicA  = "com.apple.mgmt.External.aaaaaaaa-0000-4000-8000-000000000000"
	topicB  = "com.apple.mgmt.External.bbbbbbbb-0000-4000-8000-000000000000"
	nextDay = now.AddDate(0, 0, 1)
)

// testKeys are throw-away keys: an authority's and five others.
var testKeys = sync.OnceValue(func() []*rsa.PrivateKey {
	keys := make([]*rsa.PrivateKey, 6)
	for i := range keys {
		keys[i] = testkey.Nth(i)
	}
	return keys
})

// authority is a test root that issues everything.
type authority struct {
	cert   *x509.Certificate
	serial int64
	trust  *pushcert.Trust
}

func newAuthority(tb testing.TB) *authority {
	tb.Helper()
	return newAuthorityWith(tb, testKeys()[0])
}

func newAuthorityWith(tb testing.TB, key *rsa.PrivateKey) *authority {
	tb.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Root"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.AddDate(-5, 0, 0), NotAfter: now.AddDate(10, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	trust, err := pushcert.NewTrust(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	if err != nil {
		tb.Fatal(err)
	}
	return &authority{cert: cert, serial: 100, trust: trust}
}

func (a *authority) terms() Terms {
	return Terms{Now: now, Policy: pushcert.DefaultPolicy(), Trust: a.trust}
}

// issue makes a push certificate for one of the test keys, valid for a year up to end.
func (a *authority) issue(tb testing.TB, key int, topic string, end time.Time) *pushcert.Certificate {
	tb.Helper()
	a.serial++
	uid := pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, Value: topic}
	return a.sign(tb, key, &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), Subject: pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{uid}},
		NotBefore: end.AddDate(-1, 0, 0), NotAfter: end,
	})
}

// vendor makes a vendor certificate.
func (a *authority) vendor(tb testing.TB, key int, end time.Time) *pushcert.Certificate {
	tb.Helper()
	a.serial++
	return a.sign(tb, key, &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), Subject: pkix.Name{CommonName: "MDM Vendor: Test", Organization: []string{"Test"}},
		NotBefore: end.AddDate(-1, 0, 0), NotAfter: end,
	})
}

func (a *authority) sign(tb testing.TB, key int, template *x509.Certificate) *pushcert.Certificate {
	tb.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, testKeys()[key].Public(), testKeys()[0])
	if err != nil {
		tb.Fatal(err)
	}
	c, err := pushcert.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// sealed is a test key as the state holds it; nothing here ever unseals one.
func sealed(tb testing.TB, key int) Key {
	tb.Helper()
	public, err := pushcert.PublicKeyOf(testKeys()[key].Public())
	if err != nil {
		tb.Fatal(err)
	}
	return Key{Public: public, Sealed: "sealed", CreatedAt: now}
}

// request opens a request with one of the test keys.
func request(tb testing.TB, s *State, profile string, key int, newKey bool) {
	tb.Helper()
	o := RequestOptions{Profile: profile, NewKey: newKey, Now: now, DefaultAccount: "mdm@example.com"}
	_, _, _, err := s.Request(o, func(*Profile) (Key, *pushcert.CSR, error) {
		return sealed(tb, key), csrOf(tb, key), nil
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// csrOf is a CSR for a test key.
func csrOf(tb testing.TB, key int) *pushcert.CSR {
	tb.Helper()
	der, err := pushcert.NewCSR(testKeys()[key], pushcert.Subject{CommonName: "a"})
	if err != nil {
		tb.Fatal(err)
	}
	csr, err := pushcert.ParseCSR(der)
	if err != nil {
		tb.Fatal(err)
	}
	return csr
}

func codeOf(err error) problem.Code {
	if err == nil {
		return ""
	}
	return problem.Of(err).Code
}

// keyOf is the key of a problem's sentence; empty for none.
func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return problem.Of(err).Key()
}
