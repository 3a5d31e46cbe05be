package signing

import (
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// Reseal makes recipients the further recipients of st and seals every private key
// anew to them and to the file's own recipient. Whoever is no longer among them
// cannot open the new file; copies of the old one, they can. On an error st is half
// changed: call it within [state.Store.Update], which then drops the copy.
func Reseal(st *lifecycle.State, o *Opener, recipients []string) error {
	for _, r := range recipients {
		if err := CheckRecipient(r); err != nil {
			return err
		}
	}
	st.Sealing.Recipients = slices.Clone(recipients)
	to, err := recipientsOf(st.Sealing)
	if err != nil {
		return err
	}
	return state.EachKey(st, func(k *lifecycle.Key) error {
		key, err := o.Open(*k)
		if err != nil {
			return err
		}
		*k, err = sealKey(key, k.CreatedAt, to)
		return err
	})
}
