package signing

import (
	"cmp"

	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The scrypt work factors are base-2 logarithms (age specification, "The scrypt
// recipient type"). 2^16 takes 0.15 to 0.25 s and 64 MiB on a common machine. Up to
// 2^18, what age itself chooses, is accepted; beyond, a hostile file could make a
// reader spend minutes and gigabytes.
const (
	workFactor    = 16
	maxWorkFactor = 18
)

// ShortPassphrase is how many characters are too few to resist somebody who has the file and guesses.
const ShortPassphrase = 12

// Work is a work factor for passphrases; zero is what the program takes, and all that it asks for.
// Tests seal hundreds of passphrases with next to none: a file says itself which it has.
type Work int

// NewSealing makes the file's own X25519 identity, sealed with the passphrase. An
// empty one is [problem.PassphraseMissing]: to store the identity in clear is
// [NewUnsealed]'s business, and never an accident.
func NewSealing(passphrase []byte, work Work) (lifecycle.Sealing, error) {
	return newSealing(passphrase, false, work)
}

// NewHybridSealing is NewSealing for an identity that quantum computers to come shall not break.
func NewHybridSealing(passphrase []byte, work Work) (lifecycle.Sealing, error) {
	return newSealing(passphrase, true, work)
}

func newSealing(passphrase []byte, postQuantum bool, work Work) (lifecycle.Sealing, error) {
	own, err := newOwn(postQuantum)
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	s, err := sealedOwn(own, passphrase, work)
	if err == nil {
		err = vouch(&s, own)
	}
	return s, err
}

// NewUnsealed makes the file's own identity and stores it in clear: whoever reads
// the file can use every key in it.
func NewUnsealed() (lifecycle.Sealing, error) { return newUnsealed(false) }

// NewHybridUnsealed is NewUnsealed for an identity that quantum computers to come shall not break.
func NewHybridUnsealed() (lifecycle.Sealing, error) { return newUnsealed(true) }

func newUnsealed(postQuantum bool) (lifecycle.Sealing, error) {
	own, err := newOwn(postQuantum)
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	s := lifecycle.Sealing{Recipient: own.recipient(), UnsealedIdentity: own.String()}
	err = vouch(&s, own)
	return s, err
}

// sealedOwn is a file's own identity under a passphrase, without further recipients.
func sealedOwn(own ownIdentity, passphrase []byte, work Work) (lifecycle.Sealing, error) {
	if len(passphrase) == 0 {
		return lifecycle.Sealing{}, problem.New(problem.PassphraseMissing, nil)
	}
	r, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	r.SetWorkFactor(cmp.Or(int(work), workFactor))
	sealed, err := seal([]byte(own.String()), r)
	return lifecycle.Sealing{Recipient: own.recipient(), Identity: sealed}, err
}
