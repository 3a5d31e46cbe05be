package signing

import (
	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// What tests outside the package reach into. The shipped program has none of these
// switches.

// CheapSealing is [NewSealing] with a work factor that costs nothing.
func CheapSealing(passphrase []byte) (lifecycle.Sealing, error) {
	return newSealing(passphrase, false, 4)
}

// SealingAt is [NewSealing] with another work factor.
func SealingAt(passphrase []byte, factor int) (lifecycle.Sealing, error) {
	return newSealing(passphrase, false, factor)
}

// CheapHybrid is [NewHybridSealing] with such a work factor.
func CheapHybrid(passphrase []byte) (lifecycle.Sealing, error) {
	return newSealing(passphrase, true, 4)
}

// CheapKeep is [KeepRecipients] with such a work factor.
func CheapKeep(st *lifecycle.State, o *Opener, recipients ...string) error {
	return keepRecipients(st, o, recipients, 4)
}

// CheapChange is [ChangePassphrase] with such a work factor.
func CheapChange(st *lifecycle.State, o *Opener, passphrase []byte) error {
	return changePassphrase(st, o, passphrase, 4)
}

// MaxWorkFactor is the highest one accepted.
const MaxWorkFactor = maxWorkFactor

// SealBytes is how anything at all is sealed.
func SealBytes(secret []byte, to ...age.Recipient) (string, error) { return seal(secret, to...) }
