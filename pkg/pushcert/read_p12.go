package pushcert

import (
	"errors"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
)

// pkcs12 reads a PKCS #12 file (RFC 7292): what Keychain Access, openssl, Java, NSS and
// Windows export. The empty password is tried before anyone is asked.
func (r *reader) pkcs12(data []byte) error {
	box, err := pbe.ParsePFX(data, parsePKCS8, &r.iterations)
	if err != nil {
		return err
	}
	parts, err := box.Open([]byte{}, &r.iterations)
	encrypted := errors.Is(err, pbe.ErrPassword)
	if encrypted {
		parts, err = r.askPFX(box)
	}
	if err != nil {
		return err
	}
	for _, key := range parts.Keys {
		r.file.Keys = append(r.file.Keys, &Key{Signer: key, Format: formatPKCS8, Encrypted: encrypted})
	}
	for _, c := range parts.Certificates {
		if err := boundRSA(c.PublicKey); err != nil {
			return err
		}
		r.file.Certificates = append(r.file.Certificates, &Certificate{X509: c})
	}
	return nil
}

func (r *reader) askPFX(box *pbe.PFX) (*pbe.Parts, error) {
	password, err := r.secret.get()
	switch {
	case err != nil:
		return nil, err
	case password == nil:
		return nil, problem.Say(problem.PasswordMissing, "p12", nil)
	}
	// OpenSSL before 1.1 took each byte of a password for a character.
	for _, spelling := range append(decode.Spellings(password), widened(password)) {
		parts, err := box.Open(spelling, &r.iterations)
		if !errors.Is(err, pbe.ErrPassword) {
			return parts, err
		}
	}
	return nil, problem.Say(problem.PasswordWrong, "p12", nil)
}

// widened is text of which each byte has become a character.
func widened(text []byte) []byte {
	runes := make([]rune, len(text))
	for i, c := range text {
		runes[i] = rune(c)
	}
	return []byte(string(runes))
}
