package pushcert

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strings"
	"time"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Subject is what a signing request says about its maker. Apple takes the
// country over into the certificate and replaces everything else.
type Subject struct {
	CommonName string
	Email      string // optional; written in lower case
	Country    string // optional; two letters (ISO 3166-1), written in upper case
}

// CSR is a PKCS #10 certificate signing request (RFC 2986).
type CSR struct {
	X509 *x509.CertificateRequest
}

// NewCSR makes a signing request in DER, signed with SHA-256, with the subject in
// the order and string types that the portal is known to take: C, CN,
// emailAddress. A country or e-mail address of the wrong form is a usage problem.
func NewCSR(key crypto.Signer, s Subject) (der []byte, err error) {
	name, err := s.name()
	if err != nil {
		return nil, err
	}
	return x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: name}, key)
}

// NewExchangeCertificate makes the certificate that mdmcert.download encrypts its answer to, as
// the other clients make it (reference 1.9): valid for a year from now.
func NewExchangeCertificate(key crypto.Signer, now time.Time) (*Certificate, error) {
	const year = 365 * 24 * time.Hour
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63)) // eight octets at most, and positive
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: mdmcertRecipient}, DNSNames: []string{mdmcertRecipient},
		NotBefore: now, NotAfter: now.Add(year), BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return ParseCertificate(der)
}

// Check tells whether the subject can stand in a signing request; what it refuses is a usage
// problem, as of [NewCSR].
func (s Subject) Check() error {
	_, err := s.name()
	return err
}

func (s Subject) name() (pkix.Name, error) {
	name := pkix.Name{CommonName: s.CommonName}
	if strings.ContainsFunc(s.CommonName, unicode.IsControl) {
		return name, problem.Say(problem.Usage, "setting-lines", problem.Params{"setting": "organization"})
	}
	if s.Country != "" {
		country := strings.ToUpper(s.Country)
		if !isCountry(country) {
			return name, problem.Say(problem.Usage, "country", problem.Params{"country": s.Country})
		}
		name.Country = []string{country}
	}
	if s.Email != "" {
		email := strings.ToLower(s.Email)
		if !IsEmail(email) {
			return name, problem.Say(problem.Usage, "email", problem.Params{"email": s.Email})
		}
		name.ExtraNames = []pkix.AttributeTypeAndValue{{
			Type:  emailType(),
			Value: asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(email)},
		}}
	}
	return name, nil
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// IsEmail asks only for what a typing mistake breaks: one @, something on both
// sides, a dot in the domain, no white space. Who owns the address is Apple's question.
func IsEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	return found && local != "" && strings.Contains(strings.Trim(domain, "."), ".") &&
		!strings.Contains(domain, "@") && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// ParseCSR reads a DER signing request; the self-signature is left to
// [CSR.Check]. What is none is a file-damaged problem, and one with a key on a curve that the
// standard library does not know file-unsupported.
func ParseCSR(der []byte) (*CSR, error) {
	parsed, err := x509.ParseCertificateRequest(der)
	if err != nil {
		if isUnknownCurve(err) {
			return nil, problem.Say(problem.FileUnsupported, "curve", nil).Because(err)
		}
		return nil, problem.Say(problem.FileDamaged, "part.csr", nil).Because(err)
	}
	return &CSR{X509: parsed}, nil
}

// PublicKey names the requested key as [PublicKeyOf] does.
func (r *CSR) PublicKey() string { return publicKey(r.X509.PublicKey, r.X509.RawSubjectPublicKeyInfo) }

// Subject is the requested subject in the form of [Certificate.Subject].
func (r *CSR) Subject() string { return distinguished(r.X509.Subject) }

// Values are what the requested subject says of what [NewCSR] writes; what it does not say
// is empty.
func (r *CSR) Values() Subject {
	s := Subject{CommonName: r.X509.Subject.CommonName}
	if len(r.X509.Subject.Country) > 0 {
		s.Country = r.X509.Subject.Country[0]
	}
	for _, a := range r.X509.Subject.Names {
		if email, ok := a.Value.(string); ok && a.Type.Equal(emailType()) {
			s.Email = email
		}
	}
	return s
}

// PEM is the request in lines of 64 characters, LF, with a final newline.
func (r *CSR) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: r.X509.Raw})
}

// Strength is the requested key's algorithm and size in bits, as of [Certificate.Strength].
func (r *CSR) Strength() (algorithm string, bits int) { return strength(r.X509.PublicKey) }
