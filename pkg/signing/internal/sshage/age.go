package sshage

import (
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/pem"
	"errors"

	"filippo.io/age"
)

// Identity opens what was sealed for an SSH key, and knows the recipient that it is.
type Identity interface {
	age.Identity
	Recipient() age.Recipient
	isSSH()
}

// ParseRecipient reads a public key: a line "ssh-ed25519 AAAA… comment", or one of ssh-rsa of 2,048 to 16,384 bits.
func ParseRecipient(line string) (age.Recipient, error) {
	key, err := parseLine(line)
	switch {
	case err != nil:
		return nil, err
	case key.ed25519 != nil:
		return newEd25519Recipient(key)
	case key.rsa != nil:
		return newRSARecipient(key)
	}
	return nil, errMalformed
}

// ParseIdentity reads a private key that is not encrypted, in OpenSSH's format, PKCS #1 or PKCS #8. The error is
// [ErrEncrypted], or says nothing of what was read: it may be a secret.
func ParseIdentity(text []byte) (Identity, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errMalformed
	}
	private, err := parseBlock(block)
	if errors.Is(err, ErrEncrypted) {
		return nil, err
	}
	if err != nil {
		return nil, errMalformed
	}
	switch key := private.(type) {
	case ed25519.PrivateKey:
		return newEd25519Identity(key)
	case *rsa.PrivateKey:
		return newRSAIdentity(key), nil
	}
	return nil, errMalformed
}

// unwrap opens the first stanza that is meant for a key: it has its kind, its fingerprint, and as many arguments more.
// Four bytes of a hash may be those of another key, so that a stanza which is well formed and does not open
// ([age.ErrIncorrectIdentity]) is passed over.
func unwrap(stanzas []*age.Stanza, key publicKey, more int, open func(*age.Stanza) ([]byte, error)) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type != key.kind {
			continue
		}
		if len(s.Args) != 1+more {
			return nil, errors.New("a damaged stanza for " + key.kind)
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
