package signing

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"golang.org/x/crypto/ssh"
)

// Opener opens sealed keys.
type Opener struct {
	identities []age.Identity
	// own is the file's own identity; nil when somebody else's opens the keys.
	own *age.X25519Identity
	// stranger is the problem of a key that is not sealed to these identities.
	stranger *problem.Error
}

// Unlock opens the file's own identity. The passphrase is not looked at when the
// identity is stored in clear. Errors: [problem.PassphraseMissing],
// [problem.PassphraseWrong], [problem.StateDamaged] (sentence "sealing"), and
// [problem.KeyTampered] (sentence "recipient") when the recipient that keys are
// sealed to is not this identity's.
func Unlock(s lifecycle.Sealing, passphrase []byte) (*Opener, error) {
	text, err := ownIdentity(s, passphrase)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	id, err := age.ParseX25519Identity(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, damagedSealing() // without the cause, which may quote the identity
	}
	if id.Recipient().String() != s.Recipient {
		return nil, problem.Say(problem.KeyTampered, "recipient", nil)
	}
	return &Opener{
		identities: []age.Identity{id}, own: id,
		stranger: problem.Say(problem.KeyTampered, "not-sealed-to-us", nil),
	}, nil
}

// ownIdentity is the text of the file's own identity.
func ownIdentity(s lifecycle.Sealing, passphrase []byte) ([]byte, error) {
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

// UnlockWith opens keys with the identity of a further recipient: the content of an
// age identity file, or of an unencrypted SSH private key (--identity FILE). One that is encrypted
// itself is [problem.PassphraseMissing], sentence "identity"; another file is
// [problem.Usage], sentence "identity-invalid".
func UnlockWith(identityFile []byte) (*Opener, error) {
	o := &Opener{stranger: problem.Say(problem.PassphraseWrong, "identity", nil)}
	var err error
	switch {
	case bytes.Contains(identityFile, []byte("AGE ENCRYPTED FILE")):
		return nil, problem.Say(problem.PassphraseMissing, "identity", nil)
	case bytes.HasPrefix(bytes.TrimSpace(identityFile), []byte("-----BEGIN")):
		var id age.Identity
		id, err = agessh.ParseIdentity(identityFile)
		o.identities = []age.Identity{id}
	default:
		o.identities, err = age.ParseIdentities(bytes.NewReader(identityFile))
	}
	if _, ok := errors.AsType[*ssh.PassphraseMissingError](err); ok {
		return nil, problem.Say(problem.PassphraseMissing, "identity", nil)
	}
	if err != nil {
		return nil, problem.Say(problem.Usage, "identity-invalid", nil) // the cause may quote a secret
	}
	return o, nil
}

// Open unseals a private key. Whoever knows the recipient can seal to it, so the key
// is compared with the public key beside it. Errors: [problem.KeyTampered],
// [problem.StateDamaged] (sentence "sealed-key"), and [problem.PassphraseWrong]
// (sentence "identity") for a key that the identity of [UnlockWith] does not open.
func (o *Opener) Open(k lifecycle.Key) (crypto.Signer, error) {
	der, err := unseal(k.Sealed, o.identities...)
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
	return key, nil
}
