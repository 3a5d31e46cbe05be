package watch_test

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// fleetNow is when fleets are looked at.
func fleetNow() time.Time { return time.Date(2026, time.June, 15, 12, 0, 0, 0, time.UTC) }

// issuer is a test root that issues everything.
type issuer struct {
	tb     testing.TB
	cert   *x509.Certificate
	key    crypto.Signer
	public crypto.PublicKey // of every leaf: nobody unseals one
	serial int64
}

func newIssuer(tb testing.TB) *issuer {
	tb.Helper()
	key := testkey.Nth(0)
	i := &issuer{tb: tb, key: key, public: key.Public(), serial: 1000}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Root"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: fleetNow().AddDate(-5, 0, 0), NotAfter: fleetNow().AddDate(10, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	i.cert = root
	var err error
	i.cert, err = x509.ParseCertificate(i.sign(root, key.Public()))
	if err != nil {
		tb.Fatal(err)
	}
	return i
}

func (i *issuer) sign(template *x509.Certificate, public crypto.PublicKey) []byte {
	der, err := x509.CreateCertificate(rand.Reader, template, i.cert, public, i.key)
	if err != nil {
		i.tb.Fatal(err)
	}
	return der
}

// push is a push certificate that ends in so many days.
func (i *issuer) push(topic string, days int) string {
	i.serial++
	end := fleetNow().Truncate(24*time.Hour).AddDate(0, 0, days+1).Add(-time.Second)
	uid := pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, Value: topic}
	return block(i.sign(&x509.Certificate{
		SerialNumber: big.NewInt(i.serial), Subject: pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{uid}},
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 3, 2}, Value: []byte{5, 0}}},
		NotBefore:       end.AddDate(-1, 0, 0), NotAfter: end, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, i.public))
}

func block(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// fleet writes a config file of so many profiles; days tells when the certificate of each ends,
// and other what else is so. It returns the file's name.
func fleet(tb testing.TB, n int, days func(i int) int, other func(s *lifecycle.State)) string {
	tb.Helper()
	i := newIssuer(tb)
	s := &lifecycle.State{
		Version: lifecycle.Version, Sealing: lifecycle.Sealing{Recipient: "age1example", UnsealedIdentity: "AGE-SECRET-KEY-EXAMPLE"},
		TrustRoot: block(i.cert.Raw), Profiles: map[string]*lifecycle.Profile{},
	}
	for n := range n {
		topic := fmt.Sprintf("com.apple.mgmt.External.%08x-0000-4000-8000-%012x", n*2654435761%(1<<32), n)
		s.Profiles[fmt.Sprintf("customer-%05d", n)] = &lifecycle.Profile{
			AppleAccount: "mdm@example.com",
			Certificate:  &lifecycle.Held{PEM: i.push(topic, days(n)), ImportedAt: fleetNow(), ImportedBy: "tester@example"},
		}
	}
	if other != nil {
		other(s)
	}
	text, err := state.Encode(nil, s)
	if err != nil {
		tb.Fatal(err)
	}
	name := filepath.Join(tb.TempDir(), "config.yaml")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// mixed are the days left of a fleet in which every tenth has something to do.
func mixed(i int) int {
	switch {
	case i%50 == 7:
		return -3 - i%5
	case i%20 == 3:
		return i % 31
	case i%10 == 6:
		return 31 + i%30
	}
	return 61 + i%300
}
