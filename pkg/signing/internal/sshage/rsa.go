package sshage

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
)

// labelRSA is what age gives OAEP to say what the file key is encrypted for.
const labelRSA = "age-encryption.org/v1/ssh-rsa"

// leastRSABits is the shortest key that is sealed for, as in age.
const leastRSABits = 2048

var errShort = errors.New("an RSA key of fewer than 2048 bits")

type rsaRecipient struct{ key publicKey }

func newRSARecipient(key publicKey) (age.Recipient, error) {
	if key.RSA.N.BitLen() < leastRSABits {
		return nil, errShort
	}
	return rsaRecipient{key}, nil
}

// Wrap encrypts with RSAES-OAEP (RFC 8017, section 7.1) and SHA-256. The key of an identity may be shorter than is
// taken: it opens what is there, and nothing more is sealed for it.
func (r rsaRecipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	if r.key.RSA.N.BitLen() < leastRSABits {
		return nil, errShort
	}
	body, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, r.key.RSA, fileKey, []byte(labelRSA))
	if err != nil {
		return nil, err
	}
	return []*age.Stanza{{Type: sshkey.RSA, Args: []string{r.key.fingerprint()}, Body: body}}, nil
}

type rsaIdentity struct {
	rsaRecipient
	private *rsa.PrivateKey
}

func newRSAIdentity(private *rsa.PrivateKey) Identity {
	return rsaIdentity{rsaRecipient{publicKey{sshkey.PublicKey{Kind: sshkey.RSA, RSA: &private.PublicKey}}}, private}
}

func (rsaIdentity) isSSH() {}

func (i rsaIdentity) Recipient() age.Recipient { return i.rsaRecipient }

func (i rsaIdentity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	return unwrap(stanzas, i.key, 0, func(s *age.Stanza) ([]byte, error) {
		fileKey, err := rsa.DecryptOAEP(sha256.New(), nil, i.private, s.Body, []byte(labelRSA))
		if err != nil {
			return nil, age.ErrIncorrectIdentity
		}
		return fileKey, nil
	})
}
