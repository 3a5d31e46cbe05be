package server_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/server"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	standin "github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// rig is Apple, and whoever renews there.
type rig struct {
	apple  *simulator.Simulator
	key    *rsa.PrivateKey // of those who hand it over
	other  *rsa.PrivateKey // of nobody
	newKey func() (*rsa.PrivateKey, error)
}

func now() time.Time { return time.Date(2027, time.March, 4, 9, 30, 0, 0, time.UTC) }

func newRig(t testing.TB) *rig {
	t.Helper()
	newKey := testkey.InTurn()
	apple, err := simulator.Start(t.Context(), simulator.Options{Now: now, NewKey: newKey})
	must(t, err)
	t.Cleanup(func() { _ = apple.Close() })
	key, err := newKey()
	must(t, err)
	other, err := newKey()
	must(t, err)
	return &rig{apple, key, other, newKey}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// issue has the portal make a certificate for a request, or renew one.
func (r *rig) issue(t testing.TB, request []byte, old *x509.Certificate, days int) *x509.Certificate {
	t.Helper()
	path := "/certificates"
	if old != nil {
		path += "/" + old.SerialNumber.Text(16) + "/renew"
	}
	path += "?not_after=" + url.QueryEscape(now().AddDate(0, 0, days).Format(time.RFC3339))
	call, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.apple.PortalURL()+path, bytes.NewReader(request))
	must(t, err)
	answer, err := http.DefaultClient.Do(call)
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	block, _ := pem.Decode(body)
	if answer.StatusCode != http.StatusCreated || block == nil {
		t.Fatalf("the portal answers %d: %s", answer.StatusCode, body)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	must(t, err)
	return certificate
}

// request is one for the key that is handed over.
func (r *rig) request(t testing.TB, key crypto.Signer) []byte {
	t.Helper()
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "customer"}}, key)
	must(t, err)
	request, err := r.apple.SignRequest(csr)
	must(t, err)
	return request
}

// delivery is what is handed over.
func (r *rig) delivery(t testing.TB, c *x509.Certificate) server.Delivery {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(r.key)
	must(t, err)
	return server.Delivery{
		Topic: topicOf(c), Account: "mdm@example.com",
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}),
		Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	}
}

func topicOf(c *x509.Certificate) string {
	return "com.apple.mgmt.External." + strings.TrimPrefix(c.Subject.CommonName, "APSP:")
}

// pair is a stand-in, and a client that has not to wait for it.
type pair struct {
	*standin.Server

	access server.Access
	waited []time.Duration
}

func (r *rig) start(t testing.TB, kind server.Kind) *pair {
	t.Helper()
	s, err := standin.Start(t.Context(), string(kind), "", standin.Options{Sign: r.apple.SignRequest, Secret: "s3cret/+Token=", Now: now, NewKey: r.newKey})
	must(t, err)
	t.Cleanup(s.Close)
	base := s.URL()
	if path := kind.Offers().URL; path != "" {
		u, err := url.Parse(path)
		must(t, err)
		base += u.Path
	}
	return &pair{Server: s, access: server.Access{
		Name: "school", Kind: kind, URL: base, Credentials: s.Credentials(), Topic: "com.apple.mgmt.External.none",
	}}
}

// open is the client; change may be nil.
func (p *pair) open(t testing.TB, change func(*server.Access, *server.Options)) server.Server {
	t.Helper()
	a, o := p.access, server.Options{Timeout: 5 * time.Second, Sleep: func(ctx context.Context, d time.Duration) error {
		p.waited = append(p.waited, d)
		return ctx.Err()
	}}
	if change != nil {
		change(&a, &o)
	}
	s, err := server.Open(a, o)
	must(t, err)
	return s
}

// key is how an error is told, empty for none. Whatever it says can stand on a terminal, and holds no
// credential.
func keyOf(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	p := problem.Of(err)
	told := err.Error()
	for _, value := range p.Params {
		told += " " + value
		if len(value) > 400 {
			t.Errorf("%d bytes in %v", len(value), p.Key())
		}
	}
	for _, secret := range []string{"s3cret", "czNjcmV0", "OnMzY3JldC8r", "zM2NyZX"} {
		if strings.Contains(told, secret) {
			t.Errorf("a credential in %q", told)
		}
	}
	if strings.ContainsFunc(told, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
		t.Errorf("a control character in %q", told)
	}
	return p.Key()
}
