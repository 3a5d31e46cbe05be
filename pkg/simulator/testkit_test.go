package simulator

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
)

// The tests play the client with the standard library alone, so that a mistake in our
// own client cannot hide one here.

// keyOf makes each named key once for all tests: they cost 70 ms apiece.
var keyOf = func() func(t testing.TB, owner string) *rsa.PrivateKey {
	var mu sync.Mutex
	keys := map[string]*rsa.PrivateKey{}
	return func(t testing.TB, owner string) *rsa.PrivateKey {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if keys[owner] == nil {
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			must(t, err)
			keys[owner] = key
		}
		return keys[owner]
	}
}()

// must ends the test at an error that is not its subject.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clock is a time that a test can move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// today is the day on which most tests play.
func today() time.Time { return time.Date(2027, time.March, 4, 9, 30, 15, 700, time.UTC) }

// rig is a simulator with a client of its portal.
type rig struct {
	*Simulator
	clock *clock
}

func start(t testing.TB, o Options) rig {
	t.Helper()
	c := &clock{at: today()}
	o.Now = c.now
	s, err := Start(t.Context(), o)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return rig{s, c}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (r rig) call(t testing.TB, method, path string, body []byte) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.PortalURL()+path, bytes.NewReader(body))
	must(t, err)
	// What curl --data-binary sends: the portal must not care.
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(t, request)
}

func send(t testing.TB, request *http.Request) answer {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	response, err := client.Do(request)
	must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	return answer{response.StatusCode, response.Header, body}
}

// want ends the test unless the call was answered so.
func (a answer) want(t testing.TB, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d instead of %d: %s", a.status, status, a.body)
	}
	return a
}

// certificate reads the PEM of an answer.
func (a answer) certificate(t testing.TB) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode(a.body)
	if block == nil || len(rest) > 0 {
		t.Fatalf("not one PEM block: %q", a.body)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	must(t, err)
	return c
}

func decodeJSON[T any](t testing.TB, a answer) T {
	t.Helper()
	var v T
	decoder := json.NewDecoder(bytes.NewReader(a.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return v
}

// certificateList is the JSON list, its names written down a second time.
type certificateList struct {
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

// newCSR is a signing request in DER.
func newCSR(t testing.TB, key crypto.Signer, subject pkix.Name, algorithm ...x509.SignatureAlgorithm) []byte {
	t.Helper()
	template := &x509.CertificateRequest{Subject: subject}
	if len(algorithm) > 0 {
		template.SignatureAlgorithm = algorithm[0]
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	must(t, err)
	return der
}

// vendorCertificate has the simulator issue one to the key named vendor.
func (r rig) vendorCertificate(t testing.TB, query string) *x509.Certificate {
	t.Helper()
	csr := newCSR(t, keyOf(t, "vendor"), pkix.Name{CommonName: "push", Organization: []string{"Acme, Inc."}, Country: []string{"JP"}})
	c, err := x509.ParseCertificate(r.call(t, "POST", "/vendor-certificates"+query, csr).want(t, 201).body)
	must(t, err)
	return c
}

// parts are a push request before it is put together, for tests to spoil.
type parts struct {
	csr       []byte   // DER
	chain     []string // PEM of each certificate
	signature []byte
	compose   func(p parts) []byte // nil: composePlain
}

// goodParts is a request that Apple would take.
func (r rig) goodParts(t testing.TB) parts {
	t.Helper()
	csr := newCSR(t, keyOf(t, "customer"), pkix.Name{CommonName: "customer", Country: []string{"jp"}})
	return parts{
		csr: csr, signature: signWith(t, keyOf(t, "vendor"), crypto.SHA256, sha256sum(csr)),
		chain: []string{pemOf(r.vendorCertificate(t, "")), pemOf(r.portal.tree.relations.cert), pemOf(r.portal.tree.root.cert)},
	}
}

// goodRequest is goodParts as a file.
func (r rig) goodRequest(t testing.TB) []byte {
	t.Helper()
	return r.goodParts(t).file()
}

func (p parts) file() []byte {
	if p.compose != nil {
		return p.compose(p)
	}
	return []byte(base64.StdEncoding.EncodeToString(p.document()))
}

func (p parts) document() []byte {
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PushCertRequestCSR</key><string>%s</string>
<key>PushCertCertificateChain</key><string>%s</string>
<key>PushCertSignature</key><string>%s</string>
</dict></plist>`, base64.StdEncoding.EncodeToString(p.csr), strings.Join(p.chain, ""), base64.StdEncoding.EncodeToString(p.signature))
}

func pemOf(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

func sha256sum(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

func signWith(t testing.TB, key *rsa.PrivateKey, hash crypto.Hash, sum []byte) []byte {
	t.Helper()
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, hash, sum)
	must(t, err)
	return signature
}
