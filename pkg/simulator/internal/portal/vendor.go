package portal

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

// Vendor is the maker of an MDM product, who signs its customers' requests.
type Vendor struct {
	portal *Portal
	key    *rsa.PrivateKey
	name   string
}

// NewVendor makes a vendor with a key of its own.
func (p *Portal) NewVendor(name string) (*Vendor, error) {
	key, err := p.CA.NewKey()
	return &Vendor{p, key, name}, err
}

// Request makes of a customer's CSR, in DER, what the portal takes: base64 of a property list. The
// vendor's certificate is a new one each time, as good as the clock is.
func (v *Vendor) Request(csr []byte) ([]byte, error) {
	p := v.portal
	c, err := p.CA.IssueVendor(v.key.Public(), v.name, ca.TeamID(v.name), "US", order{}.validity(p.now(), ca.PushLife))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(csr)
	signature, err := rsa.SignPKCS1v15(rand.Reader, v.key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, err
	}
	var chain strings.Builder
	for _, c := range append([]*x509.Certificate{c}, p.CA.Above()...) {
		chain.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	list := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PushCertRequestCSR</key><string>%s</string>
<key>PushCertCertificateChain</key><string>%s</string>
<key>PushCertSignature</key><string>%s</string>
</dict></plist>
`, base64.StdEncoding.EncodeToString(csr), chain.String(), base64.StdEncoding.EncodeToString(signature))
	return []byte(base64.StdEncoding.EncodeToString([]byte(list))), nil
}
