package signing

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"time"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Seal seals a private key for the config file.
type Seal func(crypto.Signer) (lifecycle.Key, error)

// To seals to the recipients of a config file, which needs no passphrase. Keys are noted as
// made at now. A recipient that is none is [problem.StateDamaged], sentence "recipient".
func To(recipients lifecycle.Sealing, now time.Time) (Seal, error) {
	to, err := recipientsOf(recipients)
	if err != nil {
		return nil, err
	}
	return func(key crypto.Signer) (lifecycle.Key, error) { return sealKey(key, now, to) }, nil
}

// recipientsOf are the file's own recipient and the further ones.
func recipientsOf(s lifecycle.Sealing) (all []age.Recipient, err error) {
	for _, text := range append([]string{s.Recipient}, s.Recipients...) {
		r, err := parseRecipient(text)
		if err != nil {
			return nil, problem.Say(problem.StateDamaged, "recipient", problem.Params{"recipient": text}).Because(err)
		}
		all = append(all, r)
	}
	return all, nil
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

// sealKey puts a private key to rest (PKCS #8, RFC 5958), dated in whole seconds. Recipients are
// public, so that it needs no passphrase.
func sealKey(key crypto.Signer, at time.Time, to []age.Recipient) (lifecycle.Key, error) {
	public, err := publicText(key)
	if err != nil {
		return lifecycle.Key{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return lifecycle.Key{}, err
	}
	defer clear(der)
	sealed, err := seal(der, to...)
	return lifecycle.Key{Public: public, Sealed: sealed, CreatedAt: at.UTC().Truncate(time.Second)}, err
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

// NewKey makes a key pair by generate and a CSR for it (RFC 2986), and seals the key.
func (seal Seal) NewKey(generate func() (*rsa.PrivateKey, error), subject pushcert.Subject) (lifecycle.Key, *pushcert.CSR, error) {
	key, err := generate()
	if err != nil {
		return lifecycle.Key{}, nil, err
	}
	der, err := pushcert.NewCSR(key, subject)
	if err != nil {
		return lifecycle.Key{}, nil, err
	}
	csr, err := pushcert.ParseCSR(der)
	if err != nil {
		return lifecycle.Key{}, nil, err
	}
	sealed, err := seal(key)
	return sealed, csr, err
}
