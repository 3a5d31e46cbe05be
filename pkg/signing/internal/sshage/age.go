package sshage

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
)

// Identity opens what was sealed for an SSH key, and knows the recipient that it is.
type Identity interface {
	age.Identity
	Recipient() age.Recipient
	isSSH()
}

// ParseRecipient reads a public key: a line "ssh-ed25519 AAAA… comment", or one of ssh-rsa of 2,048 to 16,384 bits.
func ParseRecipient(line string) (age.Recipient, error) {
	public, err := sshkey.ParseLine(line)
	key := publicKey{public}
	switch {
	case err != nil:
		return nil, err
	case key.Ed25519 != nil:
		return newEd25519Recipient(key)
	case key.RSA != nil:
		return newRSARecipient(key)
	}
	return nil, sshkey.ErrMalformed
}

// ParseIdentity reads a private key that is not encrypted. The error is [sshkey.ErrEncrypted] or [sshkey.ErrMalformed].
func ParseIdentity(file []byte) (Identity, error) {
	private, err := sshkey.ParsePrivate(file)
	if err != nil {
		return nil, err
	}
	switch key := private.(type) {
	case ed25519.PrivateKey:
		return newEd25519Identity(key)
	case *rsa.PrivateKey:
		return newRSAIdentity(key), nil
	}
	return nil, sshkey.ErrMalformed
}

// ForeignKind is the kind of an SSH key that age does not take, such as ecdsa-sha2-nistp256; empty for those that it
// takes, and for what is no SSH key.
func ForeignKind(key []byte) string {
	if kind := sshkey.Kind(key); kind != sshkey.Ed25519 && kind != sshkey.RSA {
		return kind
	}
	return ""
}

// publicKey is what a stanza is for.
type publicKey struct{ sshkey.PublicKey }

// fingerprint is how a stanza names the key that opens it: four bytes of its hash, in Base64.
func (k publicKey) fingerprint() string {
	sum := sha256.Sum256(k.Blob())
	return base64.RawStdEncoding.EncodeToString(sum[:4])
}

// unwrap opens the first stanza that is meant for a key: it has its kind, its fingerprint, and as many arguments more.
// Four bytes of a hash may be those of another key, so that a stanza which is well formed and does not open
// ([age.ErrIncorrectIdentity]) is passed over.
func unwrap(stanzas []*age.Stanza, key publicKey, more int, open func(*age.Stanza) ([]byte, error)) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type != key.Kind {
			continue
		}
		if len(s.Args) != 1+more {
			return nil, errors.New("a damaged stanza for " + key.Kind)
		}
		if s.Args[0] != key.fingerprint() {
			continue
		}
		if fileKey, err := open(s); !errors.Is(err, age.ErrIncorrectIdentity) {
			return fileKey, err
		}
	}
	return nil, age.ErrIncorrectIdentity
}
