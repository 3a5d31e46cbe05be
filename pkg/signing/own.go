package signing

import (
	"strings"

	"filippo.io/age"
)

// ownIdentity is the file's own age identity. String is the secret.
type ownIdentity interface {
	age.Identity
	String() string
	recipient() string
	// fresh makes another one of the same kind.
	fresh() (ownIdentity, error)
}

// classic is an X25519 identity, and hybrid one that a quantum computer does not break either.
type (
	classic struct{ *age.X25519Identity }
	hybrid  struct{ *age.HybridIdentity }
)

func (c classic) recipient() string         { return c.Recipient().String() }
func (h hybrid) recipient() string          { return h.Recipient().String() }
func (classic) fresh() (ownIdentity, error) { return newOwn(false) }
func (hybrid) fresh() (ownIdentity, error)  { return newOwn(true) }

func newOwn(postQuantum bool) (ownIdentity, error) {
	if postQuantum {
		id, err := age.GenerateHybridIdentity()
		return hybrid{id}, err
	}
	id, err := age.GenerateX25519Identity()
	return classic{id}, err
}

// parseOwn reads the text of an own identity.
func parseOwn(text string) (ownIdentity, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "AGE-SECRET-KEY-PQ-1") {
		id, err := age.ParseHybridIdentity(text)
		return hybrid{id}, err
	}
	id, err := age.ParseX25519Identity(text)
	return classic{id}, err
}
