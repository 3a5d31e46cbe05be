package ca

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"strconv"
	"strings"
)

// OID is an object identifier as people write it: a constant, which the slices
// of encoding/asn1 cannot be.
type OID string

// Attributes of names (RFC 4519) and extensions of certificates (RFC 5280).
const (
	OIDUserID       OID = "0.9.2342.19200300.100.1.1"
	oidCommonName   OID = "2.5.4.3"
	oidCountry      OID = "2.5.4.6"
	OIDOrganization OID = "2.5.4.10"
	oidUnit         OID = "2.5.4.11"

	oidSubjectKeyID     OID = "2.5.29.14"
	oidKeyUsage         OID = "2.5.29.15"
	oidBasicConstraints OID = "2.5.29.19"
	oidCRLPoints        OID = "2.5.29.31"
	oidPolicies         OID = "2.5.29.32"
	oidAuthorityKeyID   OID = "2.5.29.35"
	oidExtendedKeyUsage OID = "2.5.29.37"

	oidClientAuth OID = "1.3.6.1.5.5.7.3.2"
	oidCPS        OID = "1.3.6.1.5.5.7.2.1"
	oidUserNotice OID = "1.3.6.1.5.5.7.2.2"
)

// Apple's own object identifiers.
const (
	oidVendorRole        OID = "1.2.840.113635.100.4.12"  // MDM vendor: one source only [U]
	oidAppleCertPolicy   OID = "1.2.840.113635.100.5.1"   // [A]
	oidWWDRMarker        OID = "1.2.840.113635.100.6.2.1" // [A]
	oidIntegrationMarker OID = "1.2.840.113635.100.6.2.3" // [A]
	oidProductionPush    OID = "1.2.840.113635.100.6.3.2" // [A]
)

// asn1 turns a constant into what encoding/asn1 writes. A malformed constant would
// give a short identifier, which the tests of the issued bytes notice.
func (d OID) asn1() asn1.ObjectIdentifier {
	var id asn1.ObjectIdentifier
	for arc := range strings.SplitSeq(string(d), ".") {
		if n, err := strconv.Atoi(arc); err == nil {
			id = append(id, n)
		}
	}
	return id
}

// isIn says whether the identifier is among those given.
func (d OID) isIn(ids []asn1.ObjectIdentifier) bool {
	return slices.ContainsFunc(ids, d.asn1().Equal)
}

// marks says whether the certificate carries an extension of this identifier.
func (d OID) marks(c *x509.Certificate) bool {
	for _, extension := range c.Extensions {
		if extension.Id.Equal(d.asn1()) {
			return true
		}
	}
	return false
}

// SubjectAttribute is the value of an attribute of the subject, empty if it has none.
func SubjectAttribute(c *x509.Certificate, id OID) string {
	for _, attribute := range c.Subject.Names {
		if value, isString := attribute.Value.(string); isString && attribute.Type.Equal(id.asn1()) {
			return value
		}
	}
	return ""
}

// IsVendor says whether a certificate is made for signing push requests. Where Apple marks
// that is known from one source only [U], so that either place will do.
func IsVendor(c *x509.Certificate) bool {
	return oidVendorRole.marks(c) || oidVendorRole.isIn(c.UnknownExtKeyUsage)
}
