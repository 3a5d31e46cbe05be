package pushcert

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
)

// The values of Key.Format.
const (
	formatPKCS1 = "pkcs1"
	formatPKCS8 = "pkcs8"
	formatSEC1  = "sec1"
)

// maxKeySize bounds the DER of a private key: an RSA key of 16384 bits takes 9,300
// bytes, and checking larger ones takes minutes.
const maxKeySize = 10 << 10

var errNoSigner = errors.New("not a key that signs")

// plainKey adds an unencrypted private key.
func (r *reader) plainKey(der []byte, format string) error {
	key, err := parseKey(der, format)
	if err != nil {
		return err
	}
	r.file.Keys = append(r.file.Keys, &Key{Signer: key, Format: format})
	return nil
}

// parsePKCS8 is [parseKey] of the format inside of PKCS #12 files.
func parsePKCS8(der []byte) (crypto.Signer, error) { return parseKey(der, formatPKCS8) }

func parseKey(der []byte, format string) (crypto.Signer, error) {
	if len(der) > maxKeySize {
		return nil, unsupported("key-size")
	}
	var key any
	var err error
	switch format {
	case formatPKCS1:
		key, err = x509.ParsePKCS1PrivateKey(der)
	case formatSEC1:
		key, err = x509.ParseECPrivateKey(der)
	default:
		key, err = x509.ParsePKCS8PrivateKey(der)
	}
	switch signer, ok := key.(crypto.Signer); {
	case err != nil && strings.Contains(err.Error(), "unknown"):
		return nil, problem.Say(problem.FileUnsupported, "key-algorithm", nil).Because(err)
	case err != nil:
		return nil, damaged("part.key", err)
	case !ok:
		return nil, problem.Say(problem.FileUnsupported, "key-algorithm", nil).Because(errNoSigner)
	default:
		return signer, nil
	}
}

// encryptedKey adds an encrypted PKCS #8 key (RFC 5958 section 3), opened if
// there is a password for it. Of its forms only that with PBES2 and PBKDF2 is read.
func (r *reader) encryptedKey(der []byte) error {
	box, err := pbe.ParseKey(der, &r.iterations)
	if err != nil {
		return err
	}
	return r.lockedKey(formatPKCS8, func(password []byte) (crypto.Signer, error) {
		plain, err := box.Open(password)
		if err != nil {
			return nil, err
		}
		return parseKey(plain, formatPKCS8)
	})
}

// legacyKey adds a key under RFC 1421 encryption ("DEK-Info"), which OpenSSL wrote
// before version 1.0.
func (r *reader) legacyKey(b pemBlock) error {
	if !slices.Contains([]string{"DES-CBC", "DES-EDE3-CBC", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC"}, b.cipher) {
		return unsupportedAlgorithm("cipher.key", b.cipher)
	}
	format := formatPKCS1
	if b.kind == "EC PRIVATE KEY" {
		format = formatSEC1
	}
	block := &pem.Block{Type: b.kind, Bytes: b.der, Headers: map[string]string{
		"Proc-Type": "4,ENCRYPTED", "DEK-Info": b.cipher + "," + b.iv,
	}}
	return r.lockedKey(format, func(password []byte) (crypto.Signer, error) {
		//nolint:staticcheck // deprecated as insecure, and still the only way to read such keys
		plain, err := x509.DecryptPEMBlock(block, password)
		if errors.Is(err, x509.IncorrectPasswordError) {
			return nil, pbe.ErrPassword
		}
		if err != nil {
			return nil, damaged("part.key", err)
		}
		return parseKey(plain, format)
	})
}

// lockedKey adds a key that open can open. Without a password it stays locked.
func (r *reader) lockedKey(format string, open func([]byte) (crypto.Signer, error)) error {
	password, err := r.secret.get()
	if err != nil {
		return err
	}
	key := &Key{Format: format, Encrypted: true}
	if password == nil {
		r.file.found(problem.FoundAs(problem.KeyEncrypted, "locked", problem.Warning, nil))
	} else {
		for _, spelling := range decode.Spellings(password) {
			if key.Signer, err = open(spelling); err == nil {
				break
			}
		}
		if err != nil {
			return openingProblem(err)
		}
		r.file.found(problem.Found(problem.KeyEncrypted, problem.Info, nil))
	}
	r.file.Keys = append(r.file.Keys, key)
	return nil
}

// openingProblem takes nonsense for the work of a wrong password: ciphers without
// a check turn one in 256 of them into bytes that look unpadded.
func openingProblem(err error) error {
	p, ok := errors.AsType[*problem.Error](err)
	if errors.Is(err, pbe.ErrPassword) || ok && p.Code == problem.FileDamaged {
		return problem.Say(problem.PasswordWrong, "key", nil)
	}
	return err
}
