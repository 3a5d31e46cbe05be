package signing

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Opener opens sealed keys.
type Opener struct {
	identities []age.Identity
	// own is the file's own identity; nil when somebody else's opens the keys.
	own ownIdentity
	// passphrase is what own was sealed with; nil where it lay in clear, or came from elsewhere.
	passphrase []byte
	// stranger is the problem of a key that is not sealed to these identities.
	stranger *problem.Error
	plugins  Plugins
	// Opened, where it is set, is told whenever a key or a secret was opened.
	Opened func()
}

func (o *Opener) tell() {
	if o.Opened != nil {
		o.Opened()
	}
}

// Vouches tells that the opener holds the file's own identity, and so knows who the recipients are.
func (o *Opener) Vouches() bool { return o.own != nil }

// Unlock opens the file's own identity, and checks the recipients that it vouches for. The
// passphrase is not looked at when the identity is stored in clear. Errors:
// [problem.PassphraseMissing], [problem.PassphraseWrong], [problem.StateDamaged] (sentence
// "sealing"), and [problem.KeyTampered]: sentence "recipient" when the recipient that keys are
// sealed to is not this identity's, "recipients" and "recipients.unsigned" when nobody vouches for
// the others.
func Unlock(s lifecycle.Sealing, passphrase []byte) (*Opener, error) {
	text, err := ownText(s, passphrase)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	own, err := parseOwn(string(text))
	if err != nil {
		return nil, damagedSealing() // without the cause, which may quote the identity
	}
	if err := checkRecipients(s, own); err != nil {
		return nil, err
	}
	o := &Opener{identities: []age.Identity{own}, own: own, stranger: problem.Say(problem.KeyTampered, "not-sealed-to-us", nil)}
	if s.UnsealedIdentity == "" {
		o.passphrase = bytes.Clone(passphrase)
	}
	return o, nil
}

// With lets the opener, if there is one, seal to recipients of plugins that may have to ask.
func (o *Opener) With(p Plugins) *Opener {
	if o != nil {
		o.plugins = p
	}
	return o
}

// ownText is the text of the file's own identity.
func ownText(s lifecycle.Sealing, passphrase []byte) ([]byte, error) {
	switch {
	case s.UnsealedIdentity != "":
		return []byte(s.UnsealedIdentity), nil
	case s.Identity == "":
		return nil, damagedSealing()
	case len(passphrase) == 0:
		return nil, problem.New(problem.PassphraseMissing, nil)
	}
	id, err := age.NewScryptIdentity(string(passphrase))
	if err != nil {
		return nil, err
	}
	id.SetMaxWorkFactor(maxWorkFactor)
	text, err := unseal(s.Identity, id)
	if no, ok := errors.AsType[*age.NoIdentityMatchError](err); ok && len(no.StanzaTypes) == 1 && no.StanzaTypes[0] == "scrypt" {
		return nil, problem.New(problem.PassphraseWrong, nil)
	}
	if err != nil {
		return nil, damagedSealing().Because(err)
	}
	return text, nil
}

func damagedSealing() *problem.Error {
	return problem.Say(problem.StateDamaged, "sealing", problem.Params{"key": "sealing"})
}

// Open unseals a private key. Whoever knows the recipient can seal to it, so the key
// is compared with the public key beside it. Errors: [problem.KeyTampered],
// [problem.StateDamaged] (sentence "sealed-key"), and [problem.PassphraseWrong]
// (sentence "identity") for a key that the identity of [UnlockWith] does not open, or whose plugin failed.
func (o *Opener) Open(k lifecycle.Key) (crypto.Signer, error) {
	der, err := unseal(k.Sealed, o.identities...)
	if told, ok := errors.AsType[*problem.Error](err); ok { // of a plugin
		return nil, told
	}
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		stranger := *o.stranger
		return nil, &stranger
	}
	if err != nil {
		return nil, problem.Say(problem.StateDamaged, "sealed-key", nil).Because(err)
	}
	defer clear(der)
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	key, ok := parsed.(crypto.Signer)
	if err != nil || !ok {
		return nil, problem.Say(problem.KeyTampered, "not-a-key", nil)
	}
	if !samePublic(key, k.Public) {
		return nil, problem.New(problem.KeyTampered, nil)
	}
	o.tell()
	return key, nil
}
