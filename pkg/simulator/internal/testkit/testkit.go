package testkit

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
)

// The tests play the client with the standard library alone, so that a mistake in our
// own client cannot hide one here.

// KeyOf is the key of each name, always the same.
var KeyOf = func() func(t testing.TB, owner string) *rsa.PrivateKey {
	var mu sync.Mutex
	numbers := map[string]int{}
	return func(t testing.TB, owner string) *rsa.PrivateKey {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if _, known := numbers[owner]; !known {
			numbers[owner] = firstKey + len(numbers)
		}
		return testkey.Nth(numbers[owner])
	}
}()

// firstKey is behind those that a simulator takes for its authorities.
const firstKey = 16

// Must ends the test at an error that is not its subject.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Clock is a time that a test can move.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set moves the clock.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// NewClock is a clock that stands at today.
func NewClock() *Clock { return &Clock{at: Today()} }

// Today is the day on which most tests play.
func Today() time.Time { return time.Date(2027, time.March, 4, 9, 30, 15, 700, time.UTC) }

// Site is a running portal and what a test has to know of it to be its client.
type Site struct {
	URL   string
	Clock *Clock
	Above []*x509.Certificate // the issuer of vendor certificates, then the root
}

// Answer is a response with its body read.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Call sends what curl --data-binary sends.
func (s Site) Call(t testing.TB, method, path string, body []byte) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewReader(body))
	Must(t, err)
	// The portal must not care.
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return Send(t, request)
}

// Send makes one call and follows no redirection.
func Send(t testing.TB, request *http.Request) Answer {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	response, err := client.Do(request)
	Must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	Must(t, err)
	return Answer{response.StatusCode, response.Header, body}
}

// Want ends the test unless the call was answered so.
func (a Answer) Want(t testing.TB, status int) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d instead of %d: %s", a.Status, status, a.Body)
	}
	return a
}

// WantFailure ends the test unless the call failed so, in the shape of Apple's failures.
func (a Answer) WantFailure(t testing.TB, status int) {
	t.Helper()
	body := DecodeJSON[struct {
		ErrorCode        int
		ErrorMessage     string
		ErrorDescription string
	}](t, a.Want(t, status))
	if body.ErrorCode != status || body.ErrorMessage != http.StatusText(status) || body.ErrorDescription == "" {
		t.Fatalf("answer %s", a.Body)
	}
}

// Certificate reads the PEM of an answer.
func (a Answer) Certificate(t testing.TB) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode(a.Body)
	if block == nil || len(rest) > 0 {
		t.Fatalf("not one PEM block: %q", a.Body)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	Must(t, err)
	return c
}

// DecodeJSON reads an answer that may hold no other fields.
func DecodeJSON[T any](t testing.TB, a Answer) T {
	t.Helper()
	var v T
	decoder := json.NewDecoder(bytes.NewReader(a.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	return v
}

// CertificateList is the JSON list, its names written down a second time.
type CertificateList struct {
	Certificates []struct {
		Serial    string    `json:"serial"`
		Topic     string    `json:"topic"`
		CN        string    `json:"cn"`
		Vendor    string    `json:"vendor"`
		NotBefore time.Time `json:"not_before"`
		NotAfter  time.Time `json:"not_after"`
		Status    string    `json:"status"`
		Account   string    `json:"account"`
		Notes     string    `json:"notes"`
	} `json:"certificates"`
}

// NewCSR is a signing request in DER.
func NewCSR(t testing.TB, key crypto.Signer, subject pkix.Name, algorithm ...x509.SignatureAlgorithm) []byte {
	t.Helper()
	template := &x509.CertificateRequest{Subject: subject}
	if len(algorithm) > 0 {
		template.SignatureAlgorithm = algorithm[0]
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	Must(t, err)
	return der
}

// VendorCertificate has the portal issue one to the key named vendor.
func (s Site) VendorCertificate(t testing.TB, query string) *x509.Certificate {
	t.Helper()
	csr := NewCSR(t, KeyOf(t, "vendor"), pkix.Name{CommonName: "push", Organization: []string{"Acme, Inc."}, Country: []string{"JP"}})
	c, err := x509.ParseCertificate(s.Call(t, "POST", "/vendor-certificates"+query, csr).Want(t, 201).Body)
	Must(t, err)
	return c
}

// Parts are a push request before it is put together, for tests to spoil.
type Parts struct {
	CSR       []byte   // DER
	Chain     []string // PEM of each certificate
	Signature []byte
	Compose   func(p Parts) []byte // nil: composePlain
}

// GoodParts is a request that Apple would take.
func (s Site) GoodParts(t testing.TB) Parts {
	t.Helper()
	csr := NewCSR(t, KeyOf(t, "customer"), pkix.Name{CommonName: "customer", Country: []string{"jp"}})
	return Parts{
		CSR: csr, Signature: SignWith(t, KeyOf(t, "vendor"), crypto.SHA256, SHA256(csr)),
		Chain: []string{PEM(s.VendorCertificate(t, "")), PEM(s.Above[0]), PEM(s.Above[1])},
	}
}

// GoodRequest is GoodParts as a file.
func (s Site) GoodRequest(t testing.TB) []byte {
	t.Helper()
	return s.GoodParts(t).File()
}

// File is the request as people upload it.
func (p Parts) File() []byte {
	if p.Compose != nil {
		return p.Compose(p)
	}
	return []byte(base64.StdEncoding.EncodeToString(p.Document()))
}

// Document is the property list in it.
func (p Parts) Document() []byte {
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PushCertRequestCSR</key><string>%s</string>
<key>PushCertCertificateChain</key><string>%s</string>
<key>PushCertSignature</key><string>%s</string>
</dict></plist>`, base64.StdEncoding.EncodeToString(p.CSR), strings.Join(p.Chain, ""), base64.StdEncoding.EncodeToString(p.Signature))
}

// PEM is a certificate as text.
func PEM(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// SHA256 is a sum as a slice.
func SHA256(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// SignWith signs a sum as PKCS #1 v1.5 does.
func SignWith(t testing.TB, key *rsa.PrivateKey, hash crypto.Hash, sum []byte) []byte {
	t.Helper()
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, hash, sum)
	Must(t, err)
	return signature
}
