package command_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// requestParts is a request before it is put together, made with the standard library alone,
// so that neither side reads what it wrote itself.
type requestParts struct {
	chain          string // PEM
	csr, signature []byte
}

const requestHead = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">`

// list is the property list; edits are pairs of what stands there and what takes its place.
func (p requestParts) list(t *testing.T, edits ...string) string {
	t.Helper()
	text := requestHead + "<dict>\n<key>PushCertCertificateChain</key>\n<string>" + p.chain + "</string>\n<key>PushCertRequestCSR</key>\n<string>" +
		p64(string(p.csr)) + "</string>\n<key>PushCertSignature</key>\n<string>" + p64(string(p.signature)) + "</string>\n</dict>\n</plist>"
	for pair := range slices.Chunk(edits, 2) {
		changed := strings.ReplaceAll(text, pair[0], pair[1])
		if changed == text {
			t.Fatalf("%q is not in the list", pair[0])
		}
		text = changed
	}
	return text
}

// file is the request.
func (p requestParts) file(t *testing.T, edits ...string) string {
	t.Helper()
	return p64(p.list(t, edits...))
}

func p64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// portalWorld is a simulator with everything that goes into requests.
type portalWorld struct {
	dir, portal, root string
	now               time.Time
	vendorKey, key    *rsa.PrivateKey
	vendor, relations *x509.Certificate
	authority         *x509.Certificate // the root
	integration       *x509.Certificate // an intermediate that issues no vendors
	relationsKey      crypto.Signer
	chain             string
}

func newPortalWorld(t *testing.T) *portalWorld {
	t.Helper()
	w := &portalWorld{dir: t.TempDir(), now: time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC)}
	sim, err := simulator.Start(t.Context(), simulator.Options{NewKey: testkey.InTurn(), Dir: w.dir, Now: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	w.portal, w.root = sim.PortalURL(), filepath.Join(w.dir, "root.pem")
	rest := sim.RootPEM()
	for _, to := range []**x509.Certificate{&w.authority, &w.relations, &w.integration} {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		*to = parsed(t, block.Bytes)
	}
	w.relationsKey = keptKey(t, w.dir)
	w.vendorKey, w.key = newRSA(t, 2048), newRSA(t, 2048)
	w.vendor = w.newVendor(t, "")
	w.chain = armoured(w.vendor, w.relations, w.authority)
	return w
}

// keptKey is the key of the intermediate that issues vendors, from the simulator's folder: for
// vendors that the simulator itself would never make.
func keptKey(t *testing.T, dir string) crypto.Signer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "authorities", "tree.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		WWDR struct{ Key []byte } `json:"wwdr"`
	}
	if err := json.Unmarshal(data, &kept); err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(kept.WWDR.Key)
	if err != nil {
		t.Fatal(err)
	}
	return key.(crypto.Signer)
}

func (w *portalWorld) newVendor(t *testing.T, query string) *x509.Certificate {
	t.Helper()
	csr := newRequestCSR(t, w.vendorKey, pkix.Name{CommonName: "MDM Vendor: Example", Country: []string{"JP"}}, 0)
	status, body := w.post(t, "/vendor-certificates"+query, string(csr))
	if status != http.StatusCreated {
		t.Fatalf("no vendor certificate: %d %s", status, body)
	}
	return parsed(t, body)
}

// forgedVendor is signed by the authority of vendors, and is none.
func (w *portalWorld) forgedVendor(t *testing.T, name pkix.Name, extensions ...pkix.Extension) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(4711), Subject: name, NotBefore: w.now.Add(-time.Hour), NotAfter: w.now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: extensions,
	}, w.relations, w.vendorKey.Public(), w.relationsKey)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, der)
}

// post uploads to the portal.
func (w *portalWorld) post(t *testing.T, path, body string) (status int, answer []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.portal+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

// good is the request as Apple wants it.
func (w *portalWorld) good(t *testing.T) requestParts { t.Helper(); return w.of(t, w.key, 0) }

// of is the good request for another key, whose CSR is signed in another way.
func (w *portalWorld) of(t *testing.T, key crypto.Signer, algorithm x509.SignatureAlgorithm) requestParts {
	t.Helper()
	csr := newRequestCSR(t, key, pkix.Name{CommonName: "Example", Country: []string{"JP"}}, algorithm)
	return requestParts{chain: w.chain, csr: csr, signature: w.sign(t, w.vendorKey, crypto.SHA256, csr)}
}

func (w *portalWorld) sign(t *testing.T, key *rsa.PrivateKey, hash crypto.Hash, message []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(message)
	digest := sum[:]
	if hash == crypto.SHA1 {
		old := sha1.Sum(message)
		digest = old[:]
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, hash, digest)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func newRequestCSR(t *testing.T, key crypto.Signer, name pkix.Name, algorithm x509.SignatureAlgorithm) []byte {
	t.Helper()
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: name, SignatureAlgorithm: algorithm}, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// keysTaken counts the keys behind those that a simulator takes.
var keysTaken atomic.Int32

func newRSA(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	if bits == testkey.Bits {
		return testkey.Nth(15 + int(keysTaken.Add(1)))
	}
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newEC(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func parsed(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func armoured(certificates ...*x509.Certificate) string { return inColumns(64, "\n", certificates...) }

// inColumns is PEM in lines of another width, or with other line ends.
func inColumns(width int, end string, certificates ...*x509.Certificate) string {
	var out strings.Builder
	for _, c := range certificates {
		fmt.Fprintf(&out, "-----BEGIN CERTIFICATE-----%s%s-----END CERTIFICATE-----%[1]s", end, wrapped(p64(string(c.Raw)), width, end))
	}
	return out.String()
}

// wrapped writes text in lines.
func wrapped(text string, width int, end string) string {
	var out strings.Builder
	for line := range slices.Chunk([]byte(text), width) {
		out.Write(line)
		out.WriteString(end)
	}
	return out.String()
}
