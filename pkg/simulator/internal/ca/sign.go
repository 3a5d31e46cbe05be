package ca

import (
	"crypto"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 5280 names keys by their SHA-1; nothing is protected by it
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// profile is what distinguishes one authority's certificate from another's.
type profile struct {
	subject     []attribute
	marker      OID // Apple's extension that tells the kind of intermediate; may be empty
	from, until time.Time
	algorithm   x509.SignatureAlgorithm // zero: as usual for the issuer's key
}

// certify issues an authority's certificate for the key of subject.
func (a authority) certify(subject authority, p profile) (*x509.Certificate, error) {
	keyID, err := subjectKeyID(subject.key.Public())
	if err != nil {
		return nil, err
	}
	issuerID := keyID
	if a.Cert != nil {
		issuerID = a.Cert.SubjectKeyId
	}
	values := []extensionValue{
		{oidSubjectKeyID, false, keyID},
		{oidBasicConstraints, true, basicConstraints{IsCA: true}},
		{oidAuthorityKeyID, false, authorityKeyID{issuerID}},
		{oidKeyUsage, true, keyUsage(bitCertificateSign, bitCRLSign)},
	}
	if p.marker != "" {
		values = append(values, extensionValue{p.marker, false, asn1.NullRawValue})
	}
	extensions, err := encodeExtensions(values...)
	if err != nil {
		return nil, err
	}
	return a.issue(subject.key.Public(), leaf{
		subject: p.subject, extensions: extensions, from: p.from, until: p.until, algorithm: p.algorithm,
	})
}

// leaf is everything of a certificate but its key, serial number and issuer.
type leaf struct {
	subject     []attribute
	extensions  []pkix.Extension
	from, until time.Time
	algorithm   x509.SignatureAlgorithm
}

// issue signs a certificate that holds exactly what l says. An authority without a
// certificate signs itself.
func (a authority) issue(key crypto.PublicKey, l leaf) (*x509.Certificate, error) {
	subject, err := encodeName(l.subject...)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, RawSubject: subject, NotBefore: l.from, NotAfter: l.until,
		ExtraExtensions: l.extensions, SignatureAlgorithm: l.algorithm,
	}
	parent := a.Cert
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// newSerial draws a positive number that takes exactly eight bytes, as Apple's do.
func newSerial() (*big.Int, error) {
	var b [8]byte
	for b[0] == 0 || b[0] > 0x7f {
		if _, err := rand.Read(b[:]); err != nil {
			return nil, err
		}
	}
	return new(big.Int).SetUint64(binary.BigEndian.Uint64(b[:])), nil
}

// subjectKeyID is method 1 of RFC 5280 section 4.2.1.2: SHA-1 of the key's bits.
func subjectKeyID(key crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	sum := sha1.Sum(info.Key.Bytes) //nolint:gosec // see the import
	return sum[:], nil
}

// encodeCertificates writes PEM as usual: 64 columns, with a final newline.
func encodeCertificates(certificates ...*x509.Certificate) []byte {
	var text []byte
	for _, c := range certificates {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return text
}
