package pushcert

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"

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
// is not RSA a key-weak problem. Nothing else is judged: see [CheckRequest].
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
	return request.encode(), nil
}

// encode writes the property list by hand: three strings from alphabets that XML need not
// escape, with line ends that stay line ends. Writers of property lists turn
// those into character references.
func (r *Request) encode() []byte {
	var list bytes.Buffer
	list.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>`)
	entry := func(key, value string) {
		list.WriteString("<key>" + key + "</key><string>" + value + "</string>")
	}
	var chain bytes.Buffer
	for _, c := range r.Chain {
		chain.Write(c.PEM())
	}
	entry(keyChain, chain.String())
	entry(keyCSR, base64.StdEncoding.EncodeToString(r.CSR.X509.Raw))
	entry(keySignature, base64.StdEncoding.EncodeToString(r.Signature))
	list.WriteString("</dict></plist>\n")
	return base64.StdEncoding.AppendEncode(nil, list.Bytes())
}
