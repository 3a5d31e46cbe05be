package pushcert

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"strings"
)

// namesIssuer tells whether c says that issuer issued it: by name, and by key
// identifier where both state one.
func (c *Certificate) namesIssuer(issuer *Certificate) bool {
	return bytes.Equal(c.X509.RawIssuer, issuer.X509.RawSubject) && c.namesKeyOf(issuer)
}

func (c *Certificate) namesKeyOf(issuer *Certificate) bool {
	named, has := c.X509.AuthorityKeyId, issuer.X509.SubjectKeyId
	return len(named) == 0 || len(has) == 0 || bytes.Equal(named, has)
}

// isSelfIssued tells that c names itself as its issuer. The signature is not
// asked: Apple's root is signed with SHA-1, which the standard library refuses.
func (c *Certificate) isSelfIssued() bool { return c.namesIssuer(c) }

var errKeyTooLarge = errors.New("RSA key is too large to check")

// signedBy checks the signature on c, and that issuer may issue at all. Public
// exponents are small, so the size of the modulus alone bounds the time.
func (c *Certificate) signedBy(issuer *Certificate) error {
	if _, bits := issuer.Strength(); bits > maxRSABits {
		return errKeyTooLarge
	}
	return c.X509.CheckSignatureFrom(issuer.X509)
}

// isSHA1 tells that a signature was not verified because it is by SHA-1.
func isSHA1(err error) bool {
	insecure, ok := errors.AsType[x509.InsecureAlgorithmError](err)
	return ok && strings.Contains(x509.SignatureAlgorithm(insecure).String(), "SHA1")
}

// unproved tells that a signature was not verified: its algorithm proves nothing any more, or is
// not known here. That is not to say that it was forged.
func unproved(err error) bool {
	_, insecure := errors.AsType[x509.InsecureAlgorithmError](err)
	return insecure || errors.Is(err, x509.ErrUnsupportedAlgorithm)
}

// signedWith names the algorithm of the signature on a certificate or CSR, which was parsed before.
func signedWith(der []byte) string {
	var signed struct {
		Content   asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	_, _ = asn1.Unmarshal(der, &signed)
	switch id := signed.Algorithm.Algorithm.String(); id {
	case "1.2.840.113549.1.1.2":
		return "MD2-RSA"
	case "1.2.840.113549.1.1.4":
		return "MD5-RSA"
	case "1.2.840.113549.1.1.5":
		return "SHA1-RSA"
	case "1.2.840.113549.1.1.10":
		return "RSASSA-PSS"
	default:
		return id
	}
}
