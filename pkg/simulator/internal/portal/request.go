package portal

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

// pushRequest is a push certificate request as uploaded, before any of it is believed.
type pushRequest struct {
	csr       *x509.CertificateRequest
	chain     []*x509.Certificate
	signature []byte
}

// readRequest takes the upload apart (apns-reference.md 1.2): base64 of a property list
// with three strings. White space is ignored, as files of every wrapping
// are known to have been accepted [C]; a byte order mark, UTF-16 or any other character is
// refused, for no decoder of base64 has to pass over it [I]. The error is always a *refusal.
func readRequest(upload []byte) (*pushRequest, error) {
	text := withoutSpace(string(upload))
	if text == "" {
		return nil, refuse(flawEmpty, nil)
	}
	document, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, refuse(flawNotBase64, err)
	}
	fields, err := readPlist(document)
	if err != nil {
		return nil, err
	}
	request := &pushRequest{}
	der, err := base64.StdEncoding.DecodeString(withoutSpace(fields.csr))
	if err != nil {
		return nil, refuse(flawCSR, err)
	}
	if request.csr, err = x509.ParseCertificateRequest(der); err != nil {
		return nil, refuse(flawCSR, err)
	}
	if request.signature, err = base64.StdEncoding.DecodeString(withoutSpace(fields.signature)); err != nil {
		return nil, refuse(flawSignature, err)
	}
	if request.chain, err = readChain(fields.chain); err != nil {
		return nil, err
	}
	return request, nil
}

// readCSR reads a signing request in PEM or DER, and checks that its sender holds the key.
func readCSR(upload []byte) (*x509.CertificateRequest, error) {
	if len(bytes.TrimSpace(upload)) == 0 {
		return nil, refuse(flawEmpty, nil)
	}
	if block, _ := pem.Decode(upload); block != nil {
		upload = block.Bytes
	}
	csr, err := x509.ParseCertificateRequest(upload)
	if err != nil {
		return nil, refuse(flawCSR, err)
	}
	return csr, checkCSR(csr)
}

// checkCSR holds what any signing request must fulfil. SHA-1 in its own signature is
// let through: whether Apple still takes it is not known [U]. Keys above 2048 bits too [U].
func checkCSR(csr *x509.CertificateRequest) error {
	key, isRSA := csr.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return refuse(flawCSRKeyKind, fmt.Errorf("%s key", csr.PublicKeyAlgorithm))
	}
	if bits := key.N.BitLen(); bits < ca.RSABits {
		return refuse(flawCSRKeyShort, fmt.Errorf("%d bits", bits))
	}
	if err := csr.CheckSignature(); err != nil {
		return refuse(flawCSRSignature, err)
	}
	return nil
}

// whiteSpace is what wraps text and XML.
const whiteSpace = " \t\r\n"

// withoutSpace removes all white space.
func withoutSpace(text string) string {
	return strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(text)
}
