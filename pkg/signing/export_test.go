package signing

import "filippo.io/age"

// What tests outside the package reach into. The shipped program has none of these
// switches.

// MaxWorkFactor is the highest one accepted.
const MaxWorkFactor = maxWorkFactor

// SealBytes is how anything at all is sealed.
func SealBytes(secret []byte, to ...age.Recipient) (string, error) { return seal(secret, to...) }
