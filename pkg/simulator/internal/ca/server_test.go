package ca

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

func TestServerCertificateNamesEveryLoopbackAddress(t *testing.T) {
	grown, err := newHierarchy(testkit.Today(), GenerateKey)
	testkit.Must(t, err)
	certificate, err := grown.IssueServer(netip.MustParseAddr("127.0.0.9"))
	testkit.Must(t, err)
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	testkit.Must(t, err)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(grown.ServerPEM()) {
		t.Fatal("no authority")
	}
	for _, host := range []string{"127.0.0.1", "::1", "127.0.0.9", "localhost"} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, CurrentTime: testkit.Today()}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	if _, err := tls.X509KeyPair(pemBlocks(certificate), pemKey(t, certificate)); err != nil {
		t.Error(err)
	}
}

func pemBlocks(c tls.Certificate) []byte {
	var text []byte
	for _, der := range c.Certificate {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return text
}

func pemKey(t *testing.T, c tls.Certificate) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	testkit.Must(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}
