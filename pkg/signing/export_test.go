package signing

import (
	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// What tests outside the package reach into. The shipped program has none of these
// switches.

// CheapSealing is [NewSealing] with a work factor that costs nothing.
func CheapSealing(passphrase []byte) (lifecycle.Sealing, error) { return newSealing(passphrase, 4) }

// CheapChange is [ChangePassphrase] with such a work factor.
func CheapChange(s lifecycle.Sealing, o *Opener, passphrase []byte) (lifecycle.Sealing, error) {
	return changePassphrase(s, o, passphrase, 4)
}

// MaxWorkFactor is the highest one accepted.
const MaxWorkFactor = maxWorkFactor

// SealBytes is how anything at all is sealed.
func SealBytes(secret []byte, to ...age.Recipient) (string, error) { return seal(secret, to...) }
