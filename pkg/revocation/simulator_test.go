package revocation_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/revocation"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// TestTheSimulatorRevokes asks the portal's own list about a certificate before and after it was revoked.
func TestTheSimulatorRevokes(t *testing.T) {
	now := time.Date(2027, time.March, 4, 9, 30, 0, 0, time.UTC)
	newKey := testkey.InTurn()
	sim, err := simulator.Start(t.Context(), simulator.Options{NewKey: newKey, Now: func() time.Time { return now }, OwnRevocations: true})
	must(t, err)
	defer sim.Close()
	key, err := newKey()
	must(t, err)
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	must(t, err)
	request, err := sim.SignRequest(csr)
	must(t, err)
	leaf := certificates(t, post(t, sim.PortalURL()+"/certificates", request))[0]
	issuer := certificates(t, sim.RootPEM())[2]

	if a, err := (revocation.Checker{}).Check(t.Context(), leaf, issuer, now); err != nil || a.Status != revocation.Good {
		t.Errorf("issued: %+v, %v", a, err)
	}
	post(t, sim.PortalURL()+"/certificates/"+leaf.SerialNumber.Text(16)+"/revoke", nil)
	a, err := revocation.Checker{}.Check(t.Context(), leaf, issuer, now)
	if err != nil || a.Status != revocation.Revoked || !a.At.Equal(now) {
		t.Errorf("revoked: %+v, %v", a, err)
	}
	if a, err := (revocation.Checker{}).Check(t.Context(), leaf, issuer, now.AddDate(0, 0, 2)); err != nil || a.Status != revocation.Revoked {
		t.Errorf("two days later: %+v, %v", a, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func post(t *testing.T, address string, body []byte) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(body))
	must(t, err)
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	must(t, err)
	if response.StatusCode >= 300 {
		t.Fatalf("%s: %d %s", address, response.StatusCode, answer)
	}
	return answer
}

func certificates(t *testing.T, text []byte) []*x509.Certificate {
	t.Helper()
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		must(t, err)
		all = append(all, c)
	}
	return all
}
