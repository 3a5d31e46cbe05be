package mdmcert

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

// vendor is the organisation that signs for the service; the portal shows its name.
const vendor = "SIMULATOR mdmcert.download"

// sign makes the request for the portal: wrapped base64 with CRLF around a plist with white
// space within its strings, as the service delivers it [C].
func (s *Service) sign(csr *x509.CertificateRequest, f fault) ([]byte, error) {
	const life = 365 * 24 * time.Hour
	from := s.now().UTC().Truncate(time.Second).Add(-24 * time.Hour)
	if f.expired {
		from = from.Add(-life)
	}
	leaf, err := s.authorities.IssueVendor(s.key.Public(), vendor, ca.TeamID(vendor), "US", ca.Validity{From: from, Until: from.Add(life)})
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(csr.Raw)
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, digest[:])
	if err != nil {
		return nil, err
	}
	var chain strings.Builder
	for _, c := range append([]*x509.Certificate{leaf}, s.authorities.Above()...) {
		if err := pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			return nil, err
		}
	}
	encoded := base64.StdEncoding.EncodeToString
	plist := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PushCertRequestCSR</key>
	<string>
%s</string>
	<key>PushCertCertificateChain</key>
	<string>%s</string>
	<key>PushCertSignature</key>
	<string>
%s</string>
</dict>
</plist>
`, wrapped(encoded(csr.Raw), "\n"), chain.String(), wrapped(encoded(signature), "\n"))
	return []byte(wrapped(encoded([]byte(plist)), "\r\n")), nil
}

// wrapped breaks a text into lines, as MIME does.
func wrapped(text, end string) string {
	const columns = 76
	var b bytes.Buffer
	for len(text) > columns {
		b.WriteString(text[:columns] + end)
		text = text[columns:]
	}
	b.WriteString(text + end)
	return b.String()
}

// foreignCSR is a request for a key that no client of ours has.
func (s *Service) foreignCSR() (*x509.CertificateRequest, error) {
	other, err := s.authorities.NewKey()
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, other)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificateRequest(der)
}
