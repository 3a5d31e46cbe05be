package rehearse

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // the demo shows that requests signed with SHA-1 are refused
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"os"
	"strconv"
	"strings"

	"howett.net/plist"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// forger makes requests that apnsctl itself never makes: for a key that it does not
// hold, or with a fault. It is a vendor of its own, with its keys in the open.
type forger struct {
	*stage
	key    *rsa.PrivateKey // the vendor's
	vendor *pushcert.Certificate
	chain  []*pushcert.Certificate
	csr    []byte
}

// forgery is what is wrong with a request.
type forgery int

const (
	forgeNothing forgery = iota
	forgeSHA1            // signed with the hash that Apple stopped taking in February 2021
	forgeChain           // the intermediate is missing
)

func (s *stage) forger(ctx context.Context) (*forger, error) {
	f := &forger{stage: s}
	var err error
	var csr []byte
	if f.key, csr, err = s.forgedPair("Another Vendor"); err != nil {
		return nil, err
	}
	if _, f.csr, err = s.forgedPair("Somebody Else"); err != nil {
		return nil, err
	}
	a, err := s.portal(ctx, "/vendor-certificates", csr)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusCreated {
		return nil, problem.Say(problem.DemoFailed, "portal", problem.Params{"status": strconv.Itoa(a.status), "file": "vendor.csr"})
	}
	if f.vendor, err = pushcert.ParseCertificate(a.body); err != nil {
		return nil, err
	}
	trust, err := pushcert.NewTrust(s.sim.RootPEM())
	if err != nil {
		return nil, err
	}
	chain, _ := trust.Chain(f.vendor, s.now())
	f.chain = chain.Certificates
	return f, nil
}

func (s *stage) forgedPair(name string) (*rsa.PrivateKey, []byte, error) {
	key, err := s.env.GenerateKey()
	if err != nil {
		return nil, nil, err
	}
	csr, err := pushcert.NewCSR(key, pushcert.Subject{CommonName: name, Country: "JP"})
	return key, csr, err
}

// write makes a request with one fault and writes it to the demo's folder.
func (f *forger) write(fault forgery, name string) error {
	if fault == forgeNothing {
		data, err := pushcert.BuildRequest(f.csr, f.vendor, f.key, f.chain[1:])
		if err != nil {
			return err
		}
		return os.WriteFile(f.path(name), data, 0o600)
	}
	signature, err := f.sign(fault)
	if err != nil {
		return err
	}
	var chain strings.Builder
	for i, c := range f.chain {
		if fault != forgeChain || i != 1 {
			chain.Write(c.PEM())
		}
	}
	text, err := plist.Marshal(map[string]string{
		"PushCertRequestCSR":       base64.StdEncoding.EncodeToString(f.csr),
		"PushCertCertificateChain": chain.String(),
		"PushCertSignature":        base64.StdEncoding.EncodeToString(signature),
	}, plist.XMLFormat)
	if err != nil {
		return err
	}
	return os.WriteFile(f.path(name), []byte(base64.StdEncoding.EncodeToString(text)), 0o600)
}

func (f *forger) sign(fault forgery) ([]byte, error) {
	if fault == forgeSHA1 {
		sum := sha1.Sum(f.csr) //nolint:gosec // see the import
		return rsa.SignPKCS1v15(rand.Reader, f.key, crypto.SHA1, sum[:])
	}
	sum := sha256.Sum256(f.csr)
	return rsa.SignPKCS1v15(rand.Reader, f.key, crypto.SHA256, sum[:])
}
