package sshage

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"slices"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

// labelEd25519 is what age derives keys for.
const labelEd25519 = "age-encryption.org/v1/ssh-ed25519"

// ed25519Recipient is a signature key, and the key of X25519 that it is, too.
type ed25519Recipient struct {
	key    publicKey
	x25519 *ecdh.PublicKey
}

func newEd25519Recipient(key publicKey) (age.Recipient, error) {
	u, err := montgomery(key.ed25519)
	if err != nil {
		return nil, err
	}
	x25519, err := ecdh.X25519().NewPublicKey(u)
	return ed25519Recipient{key, x25519}, err
}

// Wrap agrees on a secret with a key pair made for it, which the stanza names.
func (r ed25519Recipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	wrapping, err := r.wrapping(ephemeral, r.x25519, ephemeral.PublicKey())
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.New(wrapping)
	if err != nil {
		return nil, err
	}
	return []*age.Stanza{{
		Type: kindEd25519,
		Args: []string{r.key.fingerprint(), base64.RawStdEncoding.EncodeToString(ephemeral.PublicKey().Bytes())},
		Body: aead.Seal(nil, make([]byte, chacha20poly1305.NonceSize), fileKey, nil), // each key seals once
	}}, nil
}

// wrapping is the key that the file key lies under: of what ours and theirs agree on, bound to the SSH key by a
// further factor, and to both public keys of the exchange.
func (r ed25519Recipient) wrapping(ours *ecdh.PrivateKey, theirs, ephemeral *ecdh.PublicKey) ([]byte, error) {
	shared, err := ours.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	factor, err := hkdf.Key(sha256.New, nil, r.key.blob(), labelEd25519, chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	if shared, err = multiply(factor, shared); err != nil {
		return nil, err
	}
	salt := slices.Concat(ephemeral.Bytes(), r.x25519.Bytes())
	return hkdf.Key(sha256.New, shared, salt, labelEd25519, chacha20poly1305.KeySize)
}

// multiply is the function X25519 of RFC 7748.
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
	private, err := ecdh.X25519().NewPrivateKey(sum[:32])
	if err != nil {
		return nil, err
	}
	public := publicKey{kind: kindEd25519, ed25519: ed25519.PublicKey(key[ed25519.SeedSize:])}
	return ed25519Identity{ed25519Recipient{public, private.PublicKey()}, private}, nil
}

func (i ed25519Identity) Recipient() age.Recipient { return i.ed25519Recipient }

func (i ed25519Identity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	return unwrap(stanzas, i.key, 1, func(s *age.Stanza) ([]byte, error) {
		share, err := base64.RawStdEncoding.Strict().DecodeString(s.Args[1])
		if err != nil {
			return nil, err
		}
		ephemeral, err := ecdh.X25519().NewPublicKey(share)
		if err != nil {
			return nil, err
		}
		wrapping, err := i.wrapping(i.private, ephemeral, ephemeral)
		if err != nil {
			return nil, err
		}
		aead, err := chacha20poly1305.New(wrapping)
		if err != nil {
			return nil, err
		}
		return aead.Open(nil, make([]byte, chacha20poly1305.NonceSize), s.Body, nil)
	})
}
