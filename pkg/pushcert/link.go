package pushcert

import (
	"bytes"
	"crypto/x509"
	"errors"
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

func isSHA1(err error) bool {
	_, insecure := errors.AsType[x509.InsecureAlgorithmError](err)
	return insecure
}
