package pushcert

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"howett.net/plist"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Keys of a request's property list (Apple, "Setting Up Push Notifications for
// Your MDM Customers"). All three values are strings.
const (
	keyCSR       = "PushCertRequestCSR"       // base64 of the DER CSR
	keyChain     = "PushCertCertificateChain" // PEM: vendor, intermediates, root
	keySignature = "PushCertSignature"        // base64 of the vendor's signature over the DER CSR
)

// Request is a vendor-signed request, the file that Apple's portal takes: base64
// of an XML property list with the CSR, the vendor's certificate chain and the
// vendor's signature over the CSR.
type Request struct {
	CSR       *CSR           // nil when the file holds none that can be read
	Chain     []*Certificate // as listed: vendor, intermediates, root
	Signature []byte         // RSA, PKCS #1 v1.5, SHA-256 over the CSR's DER
}

// BuildRequest makes the file for the portal from a DER CSR: one line of base64
// with no newline at its end, as every tool that the portal is known to accept
// writes it. The chain is what stands above the vendor's certificate, in order, root included:
// [Trust.Chain] gives it. The same input gives the same bytes.
//
// A key that is not the vendor certificate's is a key-mismatch problem, one that
// is not RSA a key-weak problem. Nothing else is checked: see [CheckRequest].
func BuildRequest(csrDER []byte, vendor *Certificate, vendorKey crypto.Signer, chain []*Certificate) ([]byte, error) {
	csr, err := ParseCSR(csrDER)
	if err != nil {
		return nil, err
	}
	if _, ok := vendorKey.Public().(*rsa.PublicKey); !ok {
		algorithm, _ := strength(vendorKey.Public())
		return nil, problem.Say(problem.KeyWeak, "vendor", problem.Params{"algorithm": algorithm, "subject": vendor.Subject()})
	}
	if publicKey(vendorKey.Public(), nil) != vendor.PublicKey() {
		return nil, problem.Say(problem.KeyMismatch, "vendor", problem.Params{"serial": vendor.SerialHex(), "subject": vendor.Subject()})
	}
	digest := sha256.Sum256(csr.X509.Raw)
	signature, err := vendorKey.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	request := Request{CSR: csr, Chain: append([]*Certificate{vendor}, chain...), Signature: signature}
	return request.encode()
}

// requestList is the property list, in the order that it is written.
type requestList struct {
	Chain     string `plist:"PushCertCertificateChain"`
	CSR       string `plist:"PushCertRequestCSR"`
	Signature string `plist:"PushCertSignature"`
}

// encode gives the base64 of the property list. Line ends of the chain stay line ends, where the
// writer makes character references of them: no tool is known to have sent the portal any.
func (r *Request) encode() ([]byte, error) {
	var chain strings.Builder
	for _, c := range r.Chain {
		chain.Write(c.PEM())
	}
	list, err := plist.Marshal(requestList{
		Chain:     chain.String(),
		CSR:       base64.StdEncoding.EncodeToString(r.CSR.X509.Raw),
		Signature: base64.StdEncoding.EncodeToString(r.Signature),
	}, plist.XMLFormat)
	if err != nil {
		return nil, err
	}
	list = append(bytes.ReplaceAll(list, []byte("&#xA;"), []byte("\n")), '\n')
	return base64.StdEncoding.AppendEncode(nil, list), nil
}
