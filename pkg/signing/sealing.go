package signing

import (
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

// NewSealing makes the file's own X25519 identity, sealed with the passphrase. An
// empty one is [problem.PassphraseMissing]: to store the identity in clear is
// [NewUnsealed]'s business, and never an accident.
func NewSealing(passphrase []byte) (lifecycle.Sealing, error) {
	return newSealing(passphrase, workFactor)
}

func newSealing(passphrase []byte, factor int) (lifecycle.Sealing, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	sealed, err := sealIdentity(id, passphrase, factor)
	return lifecycle.Sealing{Recipient: id.Recipient().String(), Identity: sealed}, err
}

// NewUnsealed makes the file's own identity and stores it in clear: whoever reads
// the file can use every key in it.
func NewUnsealed() (lifecycle.Sealing, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	return lifecycle.Sealing{Recipient: id.Recipient().String(), UnsealedIdentity: id.String()}, nil
}

// ChangePassphrase seals the file's own identity with another passphrase, or for the
// first time. Keys and recipients stay. The opener must hold that identity (from
// [Unlock]); otherwise [problem.Usage], sentence "identity-not-own".
func ChangePassphrase(s lifecycle.Sealing, o *Opener, passphrase []byte) (lifecycle.Sealing, error) {
	return changePassphrase(s, o, passphrase, workFactor)
}

func changePassphrase(s lifecycle.Sealing, o *Opener, passphrase []byte, factor int) (lifecycle.Sealing, error) {
	if o.own == nil || o.own.Recipient().String() != s.Recipient {
		return lifecycle.Sealing{}, problem.Say(problem.Usage, "identity-not-own", nil)
	}
	sealed, err := sealIdentity(o.own, passphrase, factor)
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	s.Identity, s.UnsealedIdentity = sealed, ""
	return s, nil
}

func sealIdentity(id *age.X25519Identity, passphrase []byte, factor int) (string, error) {
	if len(passphrase) == 0 {
		return "", problem.New(problem.PassphraseMissing, nil)
	}
	r, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return "", err
	}
	r.SetWorkFactor(factor)
	return seal([]byte(id.String()), r)
}
