package ca

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"
)

// Validity is the time for which a certificate holds, both seconds included.
type Validity struct{ From, Until time.Time }

// PushLife is how long Apple's push certificates live [V].
const PushLife = 365*24*time.Hour - time.Second

// TopicPrefix begins the user ID of every MDM push certificate of the portal [V].
const TopicPrefix = "com.apple.mgmt.External."

// IssuePush makes an MDM push certificate whose every byte but serial number, key,
// dates and UUID is as in the two genuine ones of apns-reference.md 2.1. For that reason it names
// Apple's own revocation list unless it is told another.
func (t *Hierarchy) IssuePush(key crypto.PublicKey, uuid, country string, v Validity) (*x509.Certificate, error) {
	keyID, err := subjectKeyID(key)
	if err != nil {
		return nil, err
	}
	extensions, err := encodeExtensions(
		extensionValue{oidBasicConstraints, false, basicConstraints{}},
		extensionValue{oidAuthorityKeyID, false, authorityKeyID{t.Integration.Cert.SubjectKeyId}},
		extensionValue{oidPolicies, false, applePolicy()},
		extensionValue{oidExtendedKeyUsage, false, []asn1.ObjectIdentifier{oidClientAuth.asn1()}},
		extensionValue{oidCRLPoints, false, crlAt(cmp.Or(t.RevokedAt, "http://crl.apple.com/aai2ca.crl"))},
		extensionValue{oidSubjectKeyID, false, keyID},
		extensionValue{oidKeyUsage, false, keyUsage(bitDigitalSignature)},
		extensionValue{oidProductionPush, false, asn1.NullRawValue},
	)
	if err != nil {
		return nil, err
	}
	return t.Integration.issue(key, leaf{
		subject: []attribute{
			utf8Attribute(OIDUserID, TopicPrefix+uuid),
			utf8Attribute(oidCommonName, "APSP:"+uuid),
			printableAttribute(oidCountry, country),
		},
		extensions: extensions, from: v.From, until: v.Until, algorithm: x509.SHA256WithRSA,
	})
}

// IssueVendor makes the "MDM CSR" certificate of a vendor (apns-reference.md 1.8). Where its
// role is marked is known from one source only [U]: it is marked in both places.
func (t *Hierarchy) IssueVendor(key crypto.PublicKey, organization, teamID, country string, v Validity) (*x509.Certificate, error) {
	keyID, err := subjectKeyID(key)
	if err != nil {
		return nil, err
	}
	extensions, err := encodeExtensions(
		extensionValue{oidBasicConstraints, true, basicConstraints{}},
		extensionValue{oidAuthorityKeyID, false, authorityKeyID{t.Relations.Cert.SubjectKeyId}},
		extensionValue{oidPolicies, false, applePolicy()},
		extensionValue{oidExtendedKeyUsage, false, []asn1.ObjectIdentifier{oidVendorRole.asn1()}},
		extensionValue{oidSubjectKeyID, false, keyID},
		extensionValue{oidKeyUsage, true, keyUsage(bitDigitalSignature)},
		extensionValue{oidVendorRole, false, asn1.NullRawValue},
	)
	if err != nil {
		return nil, err
	}
	return t.Relations.issue(key, leaf{
		subject: []attribute{
			utf8Attribute(OIDUserID, teamID), utf8Attribute(oidCommonName, "MDM Vendor: "+organization),
			utf8Attribute(oidUnit, teamID), utf8Attribute(OIDOrganization, organization),
			printableAttribute(oidCountry, country),
		},
		extensions: extensions, from: v.From, until: v.Until, algorithm: x509.SHA256WithRSA,
	})
}

// TeamID derives ten letters and digits from the account, since Apple gives each
// developer account one Team ID for ever.
func TeamID(account string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // base32, whose package costs every start its two encodings
	sum := sha256.Sum256([]byte(account))
	bits := binary.BigEndian.Uint64(sum[:])
	id := make([]byte, 10)
	for i := range id {
		id[i] = letters[bits>>(59-5*i)&31]
	}
	return string(id)
}

// IssueServer makes the certificate of the APNs listener, for localhost and the names below
// it (RFC 6761 section 6.3; a proxy is used for those, and never for localhost), both
// loopback addresses and the address it listens on. It is made at each start: its key need
// not outlive the process.
func (t *Hierarchy) IssueServer(listens netip.Addr) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := newSerial()
	if err != nil {
		return tls.Certificate{}, err
	}
	ca := t.Server.Cert
	template := &x509.Certificate{
		SerialNumber: serial, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		DNSNames: []string{"localhost", "*.localhost"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	template.Subject.CommonName = "SIMULATOR APNs"
	for _, address := range []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback(), listens} {
		template.IPAddresses = append(template.IPAddresses, address.Unmap().AsSlice())
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca, key.Public(), t.Server.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("issue server certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der, ca.Raw}, PrivateKey: key}, nil
}

// NewUUID is a random UUID in the lower-case form of Apple's topics (RFC 9562 section 5.4).
func NewUUID() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}
