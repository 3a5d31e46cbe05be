package simulator

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"unicode"
)

// pushRequest is a push certificate request as uploaded, before any of it is believed.
type pushRequest struct {
	csr       *x509.CertificateRequest
	chain     []*x509.Certificate
	signature []byte
}

// readRequest takes the upload apart (apns-reference.md 1.2): base64 of a property list
// with three strings. White space is ignored, as files of every wrapping
// are known to have been accepted. The error is always a *refusal.
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

// readChain reads the certificates of the chain string. What they are is judged later.
func readChain(text string) ([]*x509.Certificate, error) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	if err := checkColumns(lines); err != nil {
		return nil, refuse(flawChainLines, err)
	}
	var chain []*x509.Certificate
	for rest := []byte(strings.Join(lines, "\n")); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, refuse(flawChainPEM, err)
		}
		chain = append(chain, certificate)
	}
	if begun := strings.Count(text, "-----BEGIN CERTIFICATE-----"); begun != len(chain) {
		return nil, refuse(flawChainPEM, fmt.Errorf("%d certificates begin and %d can be read", begun, len(chain)))
	}
	return chain, nil
}

// checkColumns holds Apple's condition that PEM lines have exactly 64 characters, the
// last line of each certificate at most 64 [A].
func checkColumns(lines []string) error {
	const columns = 64
	for i, line := range lines {
		if line == "" || strings.HasPrefix(line, "-----") {
			continue
		}
		isLast := i+1 < len(lines) && strings.HasPrefix(lines[i+1], "-----END")
		if len(line) > columns || (len(line) < columns && !isLast) {
			return fmt.Errorf("line %d of the chain has %d characters", i+1, len(line))
		}
	}
	return nil
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
	if bits := key.N.BitLen(); bits < rsaBits {
		return refuse(flawCSRKeyShort, fmt.Errorf("%d bits", bits))
	}
	if err := csr.CheckSignature(); err != nil {
		return refuse(flawCSRSignature, err)
	}
	return nil
}

// withoutSpace removes all white space.
func withoutSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}
