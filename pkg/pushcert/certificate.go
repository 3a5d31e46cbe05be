package pushcert

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Certificate is an X.509 certificate, seen with the eyes of the push-certificate job.
type Certificate struct {
	// X509 is the certificate as the standard library parsed it; its Raw is the
	// DER that was read, byte for byte.
	X509 *x509.Certificate
}

// ParseCertificate reads one DER certificate (RFC 5280, section 4). It costs what
// [x509.ParseCertificate] costs. What is no certificate is a file-damaged problem, and one with
// a key on a curve that the standard library does not know file-unsupported.
func ParseCertificate(der []byte) (*Certificate, error) {
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		if isUnknownCurve(err) {
			return nil, problem.Say(problem.FileUnsupported, "curve", nil).Because(err)
		}
		return nil, problem.Say(problem.FileDamaged, "part.certificate", nil).Because(err)
	}
	return &Certificate{X509: parsed}, nil
}

// Outline is the certificate without what only checks need: it has its names, serial number and
// dates, and takes a small part of the memory. One whose topic or role is told by anything
// else stays whole.
func (c *Certificate) Outline() *Certificate {
	o := &Certificate{X509: &x509.Certificate{
		Subject: c.X509.Subject, SerialNumber: c.X509.SerialNumber, NotBefore: c.X509.NotBefore, NotAfter: c.X509.NotAfter,
	}}
	if o.Role() != c.Role() || o.Topic() != c.Topic() {
		return c
	}
	return o
}

// isUnknownCurve tells what the standard library has no type for.
func isUnknownCurve(err error) bool {
	return strings.Contains(err.Error(), "unsupported elliptic curve")
}

// UID is the subject's user id, which is the topic of an MDM push certificate; empty if absent.
func (c *Certificate) UID() string { return attribute(c.X509.Subject, uidType()) }

// CN is the subject's common name as written; empty if absent.
func (c *Certificate) CN() string { return c.X509.Subject.CommonName }

// Country is the subject's country code, empty if absent. It is the one attribute that Apple takes
// over from the request.
func (c *Certificate) Country() string { return first(c.X509.Subject.Country) }

// Organization is the subject's organisation: in a vendor certificate, the name
// that Apple's portal shows for what the vendor signed.
func (c *Certificate) Organization() string { return first(c.X509.Subject.Organization) }

// Subject is the subject on one line, "UID=…, CN=…, C=…", in the order of the
// certificate; special and unprintable characters are escaped as in RFC 4514.
func (c *Certificate) Subject() string { return distinguished(c.X509.Subject) }

// Issuer is the issuer's name in the form of [Certificate.Subject].
func (c *Certificate) Issuer() string { return distinguished(c.X509.Issuer) }

// SerialHex is the serial number in upper-case hexadecimal, whole octets: a leading zero
// that fills the first octet stays ("0552818DF267903F"), as openssl prints it.
func (c *Certificate) SerialHex() string {
	octets := c.X509.SerialNumber.Bytes()
	if len(octets) == 0 {
		octets = []byte{0}
	}
	return strings.ToUpper(hex.EncodeToString(octets))
}

// SerialDec is the serial number in decimal.
func (c *Certificate) SerialDec() string { return c.X509.SerialNumber.String() }

// SHA256 is the fingerprint: lower-case hexadecimal SHA-256 of the DER.
func (c *Certificate) SHA256() string {
	return fmt.Sprintf("%x", sha256.Sum256(c.X509.Raw))
}

// PublicKey names the certificate's key as [PublicKeyOf] does, so that a
// certificate and a private key can be matched as strings.
func (c *Certificate) PublicKey() string {
	return publicKey(c.X509.PublicKey, c.X509.RawSubjectPublicKeyInfo)
}

// PEM is the certificate in the form that Apple's portal asks for: lines of 64
// characters, LF, a final newline, no headers (RFC 7468).
func (c *Certificate) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.X509.Raw})
}

// DaysLeft counts whole days, rounded down, until notAfter, the last valid
// second: 0 on the last day, negative once expired.
func (c *Certificate) DaysLeft(now time.Time) int { return DaysUntil(c.X509.NotAfter, now) }

// DaysUntil counts whole days, rounded down, until a last valid second.
func DaysUntil(end, now time.Time) int {
	const day = 24 * 60 * 60
	left := end.Unix() - now.Unix()
	if left < 0 {
		left -= day - 1
	}
	return int(left / day)
}

// Environments are the APNs hosts that take the certificate: "production",
// "sandbox", both or neither, by Apple's extensions 6.3.2 and 6.3.1. Never nil.
func (c *Certificate) Environments() []string {
	environments := []string{}
	if _, ok := c.extension(markPushProduction); ok {
		environments = append(environments, "production")
	}
	if _, ok := c.extension(markPushSandbox); ok {
		environments = append(environments, "sandbox")
	}
	return environments
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// ParseChain parses the certificates of a PEM text in which nothing else stands, as apnsctl
// stores them.
func ParseChain(text string) ([]*Certificate, error) {
	var all []*Certificate
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		c, err := ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
