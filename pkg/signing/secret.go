package signing

import (
	"errors"

	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// SealSecret seals a password for a setting of the config file, to the file's own identity alone:
// so it need not be sealed anew when others may open the keys, or no longer. It needs no passphrase.
func SealSecret(s lifecycle.Sealing, secret []byte) (string, error) {
	to, err := parseRecipient(s.Recipient, Plugins{})
	if err != nil {
		return "", problem.Say(problem.StateDamaged, "recipient", problem.Params{"recipient": s.Recipient}).Because(err)
	}
	return seal(secret, to)
}

// OpenSecret is the opposite of [SealSecret]. Errors: [problem.StateDamaged] (sentence
// "sealed-secret"), and those of [Opener.Open] for what is sealed to somebody else.
func (o *Opener) OpenSecret(sealed string) ([]byte, error) {
	secret, err := unseal(sealed, o.identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		stranger := *o.stranger
		return nil, &stranger
	}
	if err != nil {
		return nil, problem.Say(problem.StateDamaged, "sealed-secret", nil).Because(err)
	}
	return secret, nil
}
