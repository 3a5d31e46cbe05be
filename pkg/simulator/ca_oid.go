package simulator

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"strconv"
	"strings"
)

// dotted is an object identifier as people write it: a constant, which the slices
// of encoding/asn1 cannot be.
type dotted string

// Attributes of names (RFC 4519) and extensions of certificates (RFC 5280).
const (
	oidUserID       dotted = "0.9.2342.19200300.100.1.1"
	oidCommonName   dotted = "2.5.4.3"
	oidCountry      dotted = "2.5.4.6"
	oidOrganization dotted = "2.5.4.10"
	oidUnit         dotted = "2.5.4.11"

	oidSubjectKeyID     dotted = "2.5.29.14"
	oidKeyUsage         dotted = "2.5.29.15"
	oidBasicConstraints dotted = "2.5.29.19"
	oidCRLPoints        dotted = "2.5.29.31"
	oidPolicies         dotted = "2.5.29.32"
	oidAuthorityKeyID   dotted = "2.5.29.35"
	oidExtendedKeyUsage dotted = "2.5.29.37"

	oidClientAuth dotted = "1.3.6.1.5.5.7.3.2"
	oidCPS        dotted = "1.3.6.1.5.5.7.2.1"
	oidUserNotice dotted = "1.3.6.1.5.5.7.2.2"
)

// Apple's own object identifiers.
const (
	oidVendorRole        dotted = "1.2.840.113635.100.4.12"  // MDM vendor: one source only [U]
	oidAppleCertPolicy   dotted = "1.2.840.113635.100.5.1"   // [A]
	oidWWDRMarker        dotted = "1.2.840.113635.100.6.2.1" // [A]
	oidIntegrationMarker dotted = "1.2.840.113635.100.6.2.3" // [A]
	oidProductionPush    dotted = "1.2.840.113635.100.6.3.2" // [A]
)

// asn1 turns a constant into what encoding/asn1 writes. A malformed constant would
// give a short identifier, which the tests of the issued bytes notice.
func (d dotted) asn1() asn1.ObjectIdentifier {
	var id asn1.ObjectIdentifier
	for arc := range strings.SplitSeq(string(d), ".") {
		if n, err := strconv.Atoi(arc); err == nil {
			id = append(id, n)
		}
	}
	return id
}

// isIn says whether the identifier is among those given.
func (d dotted) isIn(ids []asn1.ObjectIdentifier) bool {
	return slices.ContainsFunc(ids, d.asn1().Equal)
}

// marks says whether the certificate carries an extension of this identifier.
func (d dotted) marks(c *x509.Certificate) bool {
	for _, extension := range c.Extensions {
		if extension.Id.Equal(d.asn1()) {
			return true
		}
	}
	return false
}
