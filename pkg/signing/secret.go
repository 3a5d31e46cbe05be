package signing

import (
	"errors"
	"strconv"

	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// SealSecret seals a password for a setting of the config file, to the file's own identity alone:
// so it need not be sealed anew when others may open the keys, and needs no passphrase. When the
// own identity changes it is, see [KeepRecipients] and [ChangePassphrase]: call it with the sealing
// of the state that is written. A secret that is too long to be opened again is [problem.Usage],
// sentence "secret-long".
func SealSecret(s lifecycle.Sealing, secret []byte) (string, error) {
	if len(secret) > maxSealed {
		return "", problem.Say(problem.Usage, "secret-long", problem.Params{"bytes": strconv.Itoa(len(secret)), "most": strconv.Itoa(maxSealed)})
	}
	to, err := ownerOf(s)
	if err != nil {
		return "", err
	}
	return seal(secret, to)
}

// OpenSecret is the opposite of [SealSecret] for the value of a setting. Errors:
// [problem.StateDamaged] (sentence "sealed-secret") for one that is damaged, or not sealed to the
// file; for an identity of somebody else, to whom none is sealed, those of [Opener.Open].
func (o *Opener) OpenSecret(setting, sealed string) ([]byte, error) {
	secret, err := unseal(sealed, o.identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok && o.own == nil {
		stranger := *o.stranger
		return nil, &stranger
	}
	if err != nil {
		return nil, problem.Say(problem.StateDamaged, "sealed-secret", problem.Params{"setting": setting}).Because(err)
	}
	o.tell()
	return secret, nil
}

// secretsAnew seals every secret among the settings to the present own identity of st, while o
// holds the former one.
func (o *Opener) secretsAnew(st *lifecycle.State) error {
	return state.EachSealed(st, func(setting string, value *string) error {
		secret, err := o.OpenSecret(setting, *value)
		if err != nil {
			return err
		}
		defer clear(secret)
		sealed, err := SealSecret(st.Sealing, secret)
		if err == nil {
			*value = sealed
		}
		return err
	})
}
