package portal

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // recognised in order to be refused
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

// check holds a request against Apple's rules and gives the vendor that signed it. The
// error is always a *refusal.
func check(t *ca.Hierarchy, r *pushRequest, now time.Time) (vendor *x509.Certificate, err error) {
	if err := checkCSR(r.csr); err != nil {
		return nil, err
	}
	vendor, relations, err := readPath(t.Root.Cert, r.chain)
	if err != nil {
		return nil, err
	}
	if err := checkVendor(vendor); err != nil {
		return nil, err
	}
	if err := checkDates(now, vendor, append(r.chain, relations, t.Root.Cert)...); err != nil {
		return nil, err
	}
	if err := checkOwners(vendor, r.csr); err != nil {
		return nil, err
	}
	return vendor, checkVendorSignature(vendor, r.csr.Raw, r.signature)
}

// checkVendor wants a certificate made for signing push requests.
func checkVendor(c *x509.Certificate) error {
	if !ca.IsVendor(c) {
		return refuse(flawVendorRole, errors.New("it is no MDM vendor certificate"))
	}
	return nil
}

// checkOwners wants two keys: the vendor must not see the customer's [A], so that a request
// for the vendor's own key breaks the rule [I].
func checkOwners(vendor *x509.Certificate, csr *x509.CertificateRequest) error {
	if bytes.Equal(vendor.RawSubjectPublicKeyInfo, csr.RawSubjectPublicKeyInfo) {
		return refuse(flawVendorKey, errors.New("the request is for the vendor's own key"))
	}
	return nil
}

// checkDates wants every certificate valid now, also those beside the path [I]; notAfter is the last
// valid second.
func checkDates(now time.Time, vendor *x509.Certificate, above ...*x509.Certificate) error {
	now = now.Truncate(time.Second)
	if now.After(vendor.NotAfter) {
		return refuse(flawVendorExpired, fmt.Errorf("it ended %s", vendor.NotAfter.Format(time.RFC3339)))
	}
	if now.Before(vendor.NotBefore) {
		return refuse(flawVendorEarly, fmt.Errorf("it begins %s", vendor.NotBefore.Format(time.RFC3339)))
	}
	for _, c := range above {
		if now.After(c.NotAfter) || now.Before(c.NotBefore) {
			return refuse(flawChainDates, fmt.Errorf("%s is outside its validity", c.Subject.CommonName))
		}
	}
	return nil
}

// checkVendorSignature wants SHA-256 with PKCS #1 v1.5 over the DER of the CSR [A]. Two usual
// mistakes are told apart for the one who looks for them; Apple says the same to all.
func checkVendorSignature(vendor *x509.Certificate, csr, signature []byte) error {
	key, isRSA := vendor.PublicKey.(*rsa.PublicKey)
	if !isRSA {
		return refuse(flawSignature, errors.New("the vendor's key is not RSA"))
	}
	sum := sha256.Sum256(csr)
	err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature)
	if err == nil {
		return nil
	}
	old := sha1.Sum(csr) //nolint:gosec // see the import
	if rsa.VerifyPKCS1v15(key, crypto.SHA1, old[:], signature) == nil {
		return refuse(flawSignatureSHA1, errors.New("the signature was made with SHA-1"))
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: csr})
	for _, form := range [][]byte{text, bytes.TrimSpace(text)} {
		sum := sha256.Sum256(form)
		if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil {
			return refuse(flawSignaturePEM, errors.New("the signature was made over the PEM text"))
		}
	}
	return refuse(flawSignature, err)
}
