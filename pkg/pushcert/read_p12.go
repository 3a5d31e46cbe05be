package pushcert

import (
	"crypto"
	"crypto/x509"
	"errors"
	"strings"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pkcs12 reads a PKCS #12 file (RFC 7292): what Keychain Access, openssl, Java and
// Windows export. The empty password is tried before anyone is asked.
func (r *reader) pkcs12(der []byte) error {
	if err := checkPFX(der, &r.iterations); err != nil {
		return err
	}
	parts, err := openPFX(der, "")
	encrypted := false
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		encrypted = true
		parts, err = r.askPFX(der)
	}
	if err != nil {
		return err
	}
	r.file.Keys = append(r.file.Keys, &Key{Signer: parts.key, Format: formatPKCS8, Encrypted: encrypted})
	for _, c := range parts.certificates {
		if err := boundRSA(c.PublicKey); err != nil {
			return err
		}
		r.file.Certificates = append(r.file.Certificates, &Certificate{X509: c})
	}
	return nil
}

func (r *reader) askPFX(der []byte) (*pfxParts, error) {
	password, err := r.secret.get()
	switch {
	case err != nil:
		return nil, err
	case password == nil:
		return nil, problem.Say(problem.PasswordMissing, "p12", nil)
	}
	parts, err := openPFX(der, string(password))
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return nil, problem.Say(problem.PasswordWrong, "p12", nil)
	}
	return parts, err
}

// pfxParts is what a PKCS #12 file holds.
type pfxParts struct {
	key          crypto.Signer
	certificates []*x509.Certificate
}

// openPFX decodes with one password. A wrong one is pkcs12.ErrIncorrectPassword,
// everything else a problem. The wait is bounded because a key may lie inside of an
// encrypted part, where checkPFX cannot see what opening it costs.
func openPFX(der []byte, password string) (*pfxParts, error) {
	parts := new(pfxParts)
	err := abandoned(maxParse, func() error {
		key, leaf, issuers, err := pkcs12.DecodeChain(der, password)
		if err != nil {
			return err
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return problem.Say(problem.FileUnsupported, "key-algorithm", nil).Because(errNoSigner)
		}
		*parts = pfxParts{key: signer, certificates: append([]*x509.Certificate{leaf}, issuers...)}
		return nil
	})
	if err != nil {
		return nil, pfxProblem(err)
	}
	return parts, nil
}

// pfxProblem names the reason. go-pkcs12 has types for two of its errors; the
// others are told apart by their texts, which the tests hold fast.
func pfxProblem(err error) error {
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return err
	}
	if known, ok := errors.AsType[*problem.Error](err); ok {
		return known
	}
	if _, ok := errors.AsType[pkcs12.NotImplementedError](err); ok {
		return problem.Say(problem.FileUnsupported, "p12", nil).Because(err)
	}
	switch text := err.Error(); {
	case strings.Contains(text, "private key missing"):
		return problem.Say(problem.KeyMissing, "p12", nil)
	case strings.Contains(text, "certificate missing"):
		return problem.Say(problem.CertificateMissing, "p12", nil)
	case strings.Contains(text, "exactly one key bag"):
		return unsupported("p12-keys")
	}
	return damaged("p12", err)
}
