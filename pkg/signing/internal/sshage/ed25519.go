package sshage

import (
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"slices"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
	"golang.org/x/crypto/chacha20poly1305"
)

// labelEd25519 is the info of HKDF (RFC 5869) in age.
const labelEd25519 = "age-encryption.org/v1/ssh-ed25519"

// ed25519Recipient is a signature key, and the key of X25519 that it is, too.
type ed25519Recipient struct {
	key    publicKey
	x25519 *ecdh.PublicKey
}

func newEd25519Recipient(key publicKey) (age.Recipient, error) {
	u, err := montgomery(key.Ed25519)
	if err != nil {
		return nil, err
	}
	x25519, err := ecdh.X25519().NewPublicKey(u)
	if err != nil {
		return nil, err
	}
	if _, err := multiply(make([]byte, 32), u); err != nil { // of low order: nothing could be sealed for it
		return nil, sshkey.ErrMalformed
	}
	return ed25519Recipient{key, x25519}, nil
}

// Wrap agrees on a secret with a key pair made for it, which the stanza names.
func (r ed25519Recipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	share := ephemeral.PublicKey()
	aead, err := r.aead(ephemeral, r.x25519, share)
	if err != nil {
		return nil, err
	}
	return []*age.Stanza{{
		Type: sshkey.Ed25519,
		Args: []string{r.key.fingerprint(), base64.RawStdEncoding.EncodeToString(share.Bytes())},
		Body: aead.Seal(nil, nonce(), fileKey, nil),
	}}, nil
}

// nonce is zero, for each key seals once.
func nonce() []byte { return make([]byte, chacha20poly1305.NonceSize) }

// aead is what the file key lies under. Its key comes of what ours and theirs agree on, bound to the SSH key by a
// further factor, and of both public keys of the exchange.
func (r ed25519Recipient) aead(ours *ecdh.PrivateKey, theirs, share *ecdh.PublicKey) (cipher.AEAD, error) {
	secret, err := ours.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	factor, err := hkdf.Key(sha256.New, nil, r.key.Blob(), labelEd25519, 32)
	if err != nil {
		return nil, err
	}
	if secret, err = multiply(factor, secret); err != nil {
		return nil, err
	}
	salt := slices.Concat(share.Bytes(), r.x25519.Bytes())
	key, err := hkdf.Key(sha256.New, secret, salt, labelEd25519, chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.New(key)
}

// multiply is the function X25519 of RFC 7748, section 5; a result of zero is an error.
func multiply(scalar, u []byte) ([]byte, error) {
	private, err := ecdh.X25519().NewPrivateKey(scalar)
	if err != nil {
		return nil, err
	}
	public, err := ecdh.X25519().NewPublicKey(u)
	if err != nil {
		return nil, err
	}
	return private.ECDH(public)
}

type ed25519Identity struct {
	ed25519Recipient

	private *ecdh.PrivateKey
}

// newEd25519Identity takes the scalar that signatures are made with (RFC 8032, section 5.1.5).
func newEd25519Identity(key ed25519.PrivateKey) (Identity, error) {
	sum := sha512.Sum512(key.Seed())
	defer clear(sum[:])
	private, err := ecdh.X25519().NewPrivateKey(sum[:32])
	if err != nil {
		return nil, err
	}
	public := slices.Clone(ed25519.PublicKey(key[ed25519.SeedSize:])) // the key it is a part of may go
	return ed25519Identity{ed25519Recipient{publicKey{sshkey.PublicKey{Kind: sshkey.Ed25519, Ed25519: public}}, private.PublicKey()}, private}, nil
}

func (ed25519Identity) isSSH() {}

func (i ed25519Identity) Recipient() age.Recipient { return i.ed25519Recipient }

func (i ed25519Identity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	return unwrap(stanzas, i.key, 1, func(s *age.Stanza) ([]byte, error) {
		encoded, err := base64.RawStdEncoding.Strict().DecodeString(s.Args[1])
		if err != nil {
			return nil, err
		}
		share, err := ecdh.X25519().NewPublicKey(encoded)
		if err != nil {
			return nil, err
		}
		aead, err := i.aead(i.private, share, share)
		if err != nil {
			return nil, err
		}
		fileKey, err := aead.Open(nil, nonce(), s.Body, nil)
		if err != nil {
			return nil, age.ErrIncorrectIdentity
		}
		return fileKey, nil
	})
}
