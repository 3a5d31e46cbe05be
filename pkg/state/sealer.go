package state

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"time"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Sealer seals private keys. It holds public keys only, so that it needs no passphrase.
type Sealer struct{ recipients []age.Recipient }

// NewSealer seals to the file's own recipient and to the further ones. A recipient
// that is none is [problem.StateDamaged], sentence "recipient".
func NewSealer(s lifecycle.Sealing) (*Sealer, error) {
	sealer := &Sealer{}
	for _, text := range append([]string{s.Recipient}, s.Recipients...) {
		r, err := parseRecipient(text)
		if err != nil {
			return nil, problem.Say(problem.StateDamaged, "recipient", problem.Params{"recipient": text}).Because(err)
		}
		sealer.recipients = append(sealer.recipients, r)
	}
	return sealer, nil
}

// CheckRecipient tells whether a further recipient can be sealed to: an age X25519
// ("age1…") or an SSH public key (ssh-ed25519, ssh-rsa of 2048 bits or more). If
// not: [problem.Usage], sentence "recipient-invalid".
func CheckRecipient(text string) error {
	if _, err := parseRecipient(text); err != nil {
		return problem.Say(problem.Usage, "recipient-invalid", problem.Params{"recipient": text}).Because(err)
	}
	return nil
}

// Seal puts a private key to rest (PKCS #8, RFC 5958). now becomes its date, in whole
// seconds.
func (s *Sealer) Seal(key crypto.Signer, now time.Time) (lifecycle.Key, error) {
	public, err := publicText(key)
	if err != nil {
		return lifecycle.Key{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return lifecycle.Key{}, err
	}
	defer clear(der)
	sealed, err := seal(der, s.recipients...)
	return lifecycle.Key{Public: public, Sealed: sealed, CreatedAt: now.UTC().Truncate(time.Second)}, err
}

// publicText is what stands beside a sealed key: base64 of its SubjectPublicKeyInfo.
func publicText(key crypto.Signer) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	return base64.StdEncoding.EncodeToString(der), err
}

// samePublic compares a key with such a text.
func samePublic(key crypto.Signer, text string) bool {
	want, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	return err == nil && bytes.Equal(der, want)
}
