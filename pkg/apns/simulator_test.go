package apns_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// fleetSize is how many pushes TestSimulator makes. The goal of the project is a million:
//
//	go test ./pkg/apns -run TestSimulator -v -fleet 1000000
var fleetSize = flag.Int("fleet", depth.Of(60_000, 30_000), "pushes through the simulator's faults")

// A fleet through the simulator, which refuses 1 % as too many, resets 0.1 %, says
// goodbye a dozen times, and restarts: every push ends in exactly one class, and the
// simulator's own books say that those of class accepted were taken once and no other.
func TestSimulator(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{NewKey: testkey.InTurn(), AcceptAnyToken: true, Seed: 7, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	n := *fleetSize
	portal := portal{sim.PortalURL()}
	config, topic := portal.customer(t, sim.RootPEM())
	config.RootCAs.AppendCertsFromPEM(sim.APNsCAPEM())
	portal.call(t, http.MethodPut, "/faults", fmt.Appendf(nil,
		`{"share_429": 0.01, "share_reset": 0.001, "goaway_after": %d, "goaway_reason": "Shutdown"}`, n/12))

	between, p := relayTo(t, strings.TrimPrefix(sim.APNsURL(), "https://"))
	client := clientFor(t, p, func(c *apns.Config) { c.TLS = config })
	note := mdm()
	note.Topic = topic
	books := &results{tb: t, all: make(map[int64]apns.Result, n)}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute+time.Duration(n)*100*time.Microsecond)
	defer cancel()
	var restart sync.WaitGroup
	summary, err := client.Run(ctx, note, &fleet{n: n}, func(r *apns.Result) error {
		if len(books.all) == n/2 {
			restart.Go(func() { between.restart(200 * time.Millisecond) })
		}
		return books.sink(r)
	})
	restart.Wait()
	if err != nil || summary.Total != int64(n) || len(books.all) != n {
		t.Fatalf("got %+v, %v", summary, err)
	}
	compare(t, books, portal.taken(t))
	if resets := summary.Network; resets < int64(n)/2000 || resets > int64(n)/500 || summary.Later > int64(n)/10_000 {
		t.Errorf("got %+v", summary)
	}
	if between.cut == 0 {
		t.Error("the restart has cut no connection")
	}
	if tries := books.tries(); tries < n+n/120 {
		t.Errorf("%d tries for %d pushes: the faults were not there", tries, n)
	}
	t.Logf("%+v, %.0f/s", summary, float64(n)/summary.Elapsed.Seconds())
}

// compare holds the client's books against the server's.
func compare(t *testing.T, books *results, taken map[string]int) {
	t.Helper()
	for _, r := range books.all {
		times := taken[r.ID.String()]
		if times > 1 || (times == 1) != (r.Class == apns.Accepted) {
			t.Fatalf("%v after %d tries, and accepted %d times", r.Class, r.Attempts, times)
		}
		delete(taken, r.ID.String())
	}
	if len(taken) > 0 {
		t.Errorf("%d pushes were accepted that nobody sent", len(taken))
	}
}

// tries is how often the pushes went out.
func (r *results) tries() (n int) {
	for _, one := range r.all {
		n += one.Attempts
	}
	return n
}

// portal is the simulator's portal, as any HTTP client sees it.
type portal struct{ url string }

func (p portal) do(t *testing.T, method, path string, body []byte) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, p.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// call returns the body of an answer that must be a good one.
func (p portal) call(t *testing.T, method, path string, body []byte) []byte {
	t.Helper()
	response := p.do(t, method, path, body)
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: status %d, %v: %s", method, path, response.StatusCode, err, text)
	}
	return text
}

// taken counts the accepted pushes by apns-id.
func (p portal) taken(t *testing.T) map[string]int {
	t.Helper()
	decoder := json.NewDecoder(p.do(t, http.MethodGet, "/pushes", nil).Body)
	taken := map[string]int{}
	for { // tokens of JSON up to the list, then one push at a time
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		if token == json.Delim('[') {
			break
		}
	}
	for decoder.More() {
		var one struct {
			ID string `json:"apns_id"`
		}
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		taken[one.ID]++
	}
	return taken
}

// customer gets a push certificate, as a vendor and a customer would.
func (p portal) customer(t *testing.T, authorities []byte) (config *tls.Config, topic string) {
	t.Helper()
	vendorKey, key := testkey.Nth(16), testkey.Nth(17) // behind those that the simulator takes
	vendorCSR, csr := signingRequest(t, "vendor", vendorKey), signingRequest(t, "customer", key)
	vendor := p.call(t, http.MethodPost, "/vendor-certificates", vendorCSR)
	sum := sha256.Sum256(csr)
	signature, err := rsa.SignPKCS1v15(rand.Reader, vendorKey, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	root, rest := pem.Decode(authorities)
	relations, _ := pem.Decode(rest)
	chain := [][]byte{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: vendor}), pem.EncodeToMemory(relations), pem.EncodeToMemory(root)}
	text := base64.StdEncoding.EncodeToString
	plist := fmt.Sprintf(`<plist version="1.0"><dict><key>PushCertRequestCSR</key><string>%s</string>`+
		`<key>PushCertCertificateChain</key><string>%s</string><key>PushCertSignature</key><string>%s</string></dict></plist>`,
		text(csr), bytes.Join(chain, nil), text(signature))
	block, _ := pem.Decode(p.call(t, http.MethodPost, "/certificates", []byte(text([]byte(plist)))))
	if block == nil {
		t.Fatal("the portal's answer is no PEM")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	topic, err = uid(leaf)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{
		RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12,
		Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}},
	}, topic
}

// uid is the topic of an MDM push certificate.
func uid(leaf *x509.Certificate) (string, error) {
	for _, attribute := range leaf.Subject.Names {
		if value, ok := attribute.Value.(string); ok && attribute.Type.String() == "0.9.2342.19200300.100.1.1" {
			return value, nil
		}
	}
	return "", errors.New("the certificate has no UID")
}

// signingRequest makes a CSR of a key.
func signingRequest(t *testing.T, name string, key *rsa.PrivateKey) []byte {
	t.Helper()
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: name, Organization: []string{"Example"}, Country: []string{"JP"}},
	}, key)
	if err != nil {
		t.Fatal(err)
	}
	return csr
}
