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
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Seal seals a private key for the config file.
type Seal func(crypto.Signer) (lifecycle.Key, error)

// To seals while nobody can vouch for the further recipients of a config file, which needs no
// passphrase: to the owner alone. Where there are others, the key is noted as waiting for
// [Opener.Complete]. Keys are noted as made at now. An owner's recipient that is none is
// [problem.StateDamaged], sentence "recipient".
func To(s lifecycle.Sealing, now time.Time) (Seal, error) {
	to, err := ownerOf(s)
	if err != nil {
		return nil, err
	}
	return sealing(now, []age.Recipient{to}, len(s.Recipients) > 0), nil
}

// To seals with an identity open: with the file's own, which vouches for the others, to all; with
// another to the owner and to itself. Errors are those of [Unlock].
func (o *Opener) To(s lifecycle.Sealing, now time.Time) (Seal, error) {
	if o.own == nil {
		return o.toThemselves(s, now)
	}
	to, err := o.all(s)
	return sealing(now, to, false), err
}

// toThemselves seals to the owner and to the identity that opened. A plugin need not know how to
// seal to an identity: then the owner alone has the key until it is completed.
func (o *Opener) toThemselves(s lifecycle.Sealing, now time.Time) (Seal, error) {
	to, err := ownerOf(s)
	if err != nil {
		return nil, err
	}
	others := len(s.Recipients) > 0
	owner, both := sealing(now, []age.Recipient{to}, others), sealing(now, append([]age.Recipient{to}, o.themselves(s)...), others)
	return func(key crypto.Signer) (lifecycle.Key, error) {
		if sealed, err := both(key); err == nil {
			return sealed, nil
		}
		return owner(key)
	}, nil
}

// SealFor is the seal for a key whose request the signer signs; without one, nobody has opened anything.
func SealFor(signer *Signer, s lifecycle.Sealing, now time.Time) (Seal, error) {
	if signer == nil {
		return To(s, now)
	}
	return signer.opener.To(s, now)
}

// all are the owner and the further recipients, once the owner has vouched for them.
func (o *Opener) all(s lifecycle.Sealing) ([]age.Recipient, error) {
	if err := o.check(s); err != nil {
		return nil, err
	}
	return recipientsOf(o.plugins, append([]string{s.Recipient}, s.Recipients...)...)
}

func sealing(now time.Time, to []age.Recipient, partly bool) Seal {
	return func(key crypto.Signer) (lifecycle.Key, error) {
		sealed, err := sealKey(key, now, to)
		sealed.Partly = partly
		return sealed, err
	}
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
