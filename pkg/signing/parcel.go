package signing

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// Pack makes of one profile what another config file takes in: a state with that profile and the intermediates
// alone, its keys opened, all of it sealed to recipients. A recipient that is none is told as by [CheckRecipient].
func Pack(name string, s *lifecycle.State, o *Opener, recipients []string) ([]byte, error) {
	var to []age.Recipient
	for _, text := range recipients {
		r, err := parseRecipient(text, Plugins{})
		if err != nil {
			return nil, refused(text, err)
		}
		to = append(to, r)
	}
	st := &lifecycle.State{
		Version: lifecycle.Version, Intermediates: s.Intermediates, Profiles: map[string]*lifecycle.Profile{name: s.Profiles[name]},
	}
	text, err := state.Encode(nil, st) // a copy that shares nothing
	if err == nil {
		st, err = state.Decode(text)
	}
	if err != nil {
		return nil, err
	}
	err = state.EachKey(st, func(k *lifecycle.Key) error {
		key, err := o.Open(*k)
		if err != nil {
			return err
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		k.Sealed = base64.StdEncoding.EncodeToString(der)
		return err
	})
	if err == nil {
		text, err = state.Encode(nil, st)
	}
	if err != nil {
		return nil, err
	}
	defer clear(text)
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Parcel is a file with a profile of another config file.
type Parcel struct {
	File      string // its name
	Sealed    []byte // what [Pack] made
	Recipient string // of this config file, to whom it should have been sealed
}

// Unpack is the opposite of [Pack]: a state with the profile of that name, its keys sealed by seal. A content
// that is not sealed to the opener's identities is [problem.KeyEncrypted], sentence "moved"; one
// that is no single profile with its keys [problem.FileDamaged], sentence "moved".
func (c Parcel) Unpack(o *Opener, seal Seal) (name string, st *lifecycle.State, err error) {
	text, err := c.open(o)
	if err != nil {
		return "", nil, err
	}
	defer clear(text)
	st, err = state.Decode(text)
	if err != nil && problem.Of(err).Code == problem.StateNewer {
		return "", nil, err
	}
	if err != nil || len(st.Profiles) != 1 {
		return "", nil, c.damaged(err)
	}
	err = state.EachKey(st, func(k *lifecycle.Key) error {
		der, err := base64.StdEncoding.DecodeString(k.Sealed)
		if err != nil {
			return c.damaged(nil)
		}
		defer clear(der)
		parsed, err := x509.ParsePKCS8PrivateKey(der)
		key, ok := parsed.(crypto.Signer)
		if err != nil || !ok || !samePublic(key, k.Public) {
			return c.damaged(nil) // without the cause, which may quote the key
		}
		made := k.CreatedAt
		*k, err = seal(key)
		k.CreatedAt = made
		return err
	})
	for profile, p := range st.Profiles {
		if name = profile; p == nil {
			err = c.damaged(nil)
		}
	}
	return name, st, err
}

// open unseals a file that is larger than a key.
func (c Parcel) open(o *Opener) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(c.Sealed), o.identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, problem.Say(problem.KeyEncrypted, "moved", problem.Params{"file": c.File, "recipient": c.Recipient})
	}
	if err != nil {
		return nil, c.damaged(err)
	}
	text, err := io.ReadAll(io.LimitReader(r, pushcert.MaxFileSize))
	if err != nil {
		return nil, c.damaged(err)
	}
	return text, nil
}

func (c Parcel) damaged(cause error) error {
	return problem.Say(problem.FileDamaged, "moved", problem.Params{"file": c.File}).Because(cause)
}
