package signing

import (
	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// AddRecipients adds further recipients to st, and seals every private key anew. Errors: those of
// [CheckRecipient] and [Opener.Open]; [problem.Usage], sentence "identity-not-own", for an opener
// that cannot vouch for them. On an error st is half changed: call it within [state.Store.Update],
// which then drops the copy.
func AddRecipients(st *lifecycle.State, o *Opener, recipients ...string) error {
	if err := o.vouchesFor(st.Sealing); err != nil {
		return err
	}
	for _, r := range recipients {
		if err := CheckRecipient(st.Sealing, r); err != nil {
			return err
		}
	}
	st.Sealing.Recipients = append(st.Sealing.Recipients, recipients...)
	if err := vouch(&st.Sealing, o.own); err != nil {
		return err
	}
	return reseal(st, o)
}

// KeepRecipients leaves these further recipients in st and no others, under a new own identity: a
// list that the former one has vouched for could otherwise be put back, with its MAC. Whoever is no
// longer among them cannot open the new file; copies of the old one, they can. Secrets among the
// settings are sealed to the new identity too. Errors and st on an error are as with
// [AddRecipients], and those of [Opener.OpenSecret].
func KeepRecipients(st *lifecycle.State, o *Opener, recipients []string, work Work) error {
	if err := o.vouchesFor(st.Sealing); err != nil {
		return err
	}
	st.Sealing.Recipients = append([]string(nil), recipients...)
	return renew(st, o, o.passphrase, work)
}

// ChangePassphrase seals a new own identity with another passphrase, or for the first time, and all
// keys and the secrets among the settings to it: whoever knew the former passphrase may have taken the former identity out. The
// further recipients stay. Errors and st on an error are as with [KeepRecipients].
func ChangePassphrase(st *lifecycle.State, o *Opener, passphrase []byte, work Work) error {
	if err := o.vouchesFor(st.Sealing); err != nil {
		return err
	}
	if len(passphrase) == 0 {
		return problem.New(problem.PassphraseMissing, nil)
	}
	return renew(st, o, passphrase, work)
}

// vouchesFor refuses an opener that does not hold the file's own identity, and recipients that it
// never chose.
func (o *Opener) vouchesFor(s lifecycle.Sealing) error {
	if o.own == nil {
		return problem.Say(problem.Usage, "identity-not-own", nil)
	}
	return o.check(s)
}

// renew puts a new own identity in the place of the one that o holds, sealed with a passphrase, or
// in clear if there is none.
func renew(st *lifecycle.State, o *Opener, passphrase []byte, work Work) error {
	own, err := o.own.fresh()
	if err != nil {
		return err
	}
	further, first := st.Sealing.Recipients, st.Sealing.Origin()
	switch {
	case len(passphrase) > 0:
		st.Sealing, err = sealedOwn(own, passphrase, work)
	case st.Sealing.UnsealedIdentity != "":
		st.Sealing = lifecycle.Sealing{Recipient: own.recipient(), UnsealedIdentity: own.String()}
	default: // never in clear by accident
		err = problem.New(problem.PassphraseMissing, nil)
	}
	if err != nil {
		return err
	}
	st.Sealing.Recipients, st.Sealing.FirstRecipient = further, first
	if err := vouch(&st.Sealing, own); err != nil {
		return err
	}
	if err := o.secretsAnew(st); err != nil {
		return err
	}
	opens := *o
	opens.own = own // vouches for the new list, while the former identity opens the keys
	return reseal(st, &opens)
}

// reseal seals every key of st to all recipients.
func reseal(st *lifecycle.State, o *Opener) error {
	to, err := o.all(st.Sealing)
	if err != nil {
		return err
	}
	return state.EachKey(st, func(k *lifecycle.Key) error { return o.anew(k, to) })
}

// anew seals a key to others.
func (o *Opener) anew(k *lifecycle.Key, to []age.Recipient) error {
	key, err := o.Open(*k)
	if err != nil {
		return err
	}
	sealed, err := sealKey(key, k.CreatedAt, to)
	if err == nil {
		*k = sealed
	}
	return err
}

// Waiting counts the keys that further recipients wait for.
func Waiting(st *lifecycle.State) (n int) {
	if len(st.Sealing.Recipients) == 0 {
		return 0
	}
	_ = state.EachKey(st, func(k *lifecycle.Key) error {
		if k.Partly {
			n++
		}
		return nil
	})
	return n
}

// Waits tells that further recipients wait for a key of a profile.
func Waits(st *lifecycle.State, p *lifecycle.Profile) bool {
	return Waiting(&lifecycle.State{Sealing: st.Sealing, Profiles: map[string]*lifecycle.Profile{"": p}}) > 0
}

// Complete seals the keys that further recipients wait for to them, and tells how many that were.
// One that does not open stays as it is: whoever needs it is told. An opener that cannot vouch for
// the recipients completes nothing.
func (o *Opener) Complete(st *lifecycle.State) (n int, err error) {
	if o.own == nil || Waiting(st) == 0 {
		return 0, nil
	}
	to, err := o.all(st.Sealing)
	if err != nil {
		return 0, err
	}
	err = state.EachKey(st, func(k *lifecycle.Key) error {
		if !k.Partly {
			return nil
		}
		if _, err := o.Open(*k); err != nil {
			return nil //nolint:nilerr // it waits on
		}
		n++
		return o.anew(k, to)
	})
	return n, err
}
