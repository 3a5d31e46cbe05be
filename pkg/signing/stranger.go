package signing

import (
	"bytes"
	"errors"
	"strings"

	"filippo.io/age"
	"filippo.io/age/plugin"

	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing/internal/sshage"
)

// UnlockWith opens keys with the identity of a further recipient: the content of an age identity
// file, which may name plugins, or of an unencrypted SSH private key (--identity FILE). Should it be
// the file's own, it is as good as the passphrase. A file that is encrypted itself is
// [problem.PassphraseMissing], sentence "identity" (".ssh" for an SSH key); another is [problem.Usage], sentence
// "identity-invalid", and "identity-ssh-kind" for an SSH key that age does not take.
func UnlockWith(s lifecycle.Sealing, identityFile []byte, p Plugins) (*Opener, error) {
	if kind := sshage.ForeignKind(identityFile); kind != "" {
		return nil, problem.Say(problem.Usage, "identity-ssh-kind", problem.Params{"kind": kind})
	}
	o := &Opener{stranger: problem.Say(problem.PassphraseWrong, "identity", nil), plugins: p}
	var err error
	switch {
	case bytes.Contains(identityFile, []byte("AGE ENCRYPTED FILE")):
		return nil, problem.Say(problem.PassphraseMissing, "identity", nil)
	case bytes.HasPrefix(bytes.TrimSpace(identityFile), []byte("-----BEGIN")):
		var id age.Identity
		id, err = sshage.ParseIdentity(identityFile)
		o.identities = []age.Identity{id}
	default:
		o.identities, err = parseIdentities(string(identityFile), p)
	}
	if errors.Is(err, sshkey.ErrEncrypted) {
		return nil, problem.Say(problem.PassphraseMissing, "identity.ssh", nil)
	}
	if err != nil || len(o.identities) == 0 {
		return nil, problem.Say(problem.Usage, "identity-invalid", nil) // the cause may quote a secret
	}
	for _, id := range o.identities {
		if own, ok := id.(ownIdentity); ok && own.recipient() == s.Recipient {
			o.own = own
			return o, checkRecipients(s, own)
		}
	}
	return o, nil
}

// parseIdentities reads an identity file: an identity a line, between remarks.
func parseIdentities(text string, p Plugins) (all []age.Identity, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		var id age.Identity
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "AGE-PLUGIN-"):
			var named *plugin.Identity
			named, err = plugin.NewIdentity(line, p.ui())
			id = pluginIdentity{named, p}
		default:
			id, err = parseOwn(line)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, nil
}

// themselves are the recipients of the identities that opened, as far as they stand in a file with
// such an own recipient.
func (o *Opener) themselves(s lifecycle.Sealing) (all []age.Recipient) {
	for _, id := range o.identities {
		var r age.Recipient
		safe := false
		switch id := id.(type) {
		case classic:
			r = id.Recipient()
		case hybrid:
			r, safe = id.Recipient(), true
		case sshage.Identity:
			r = id.Recipient()
		case pluginIdentity:
			r = pluginRecipient{id.Identity.Recipient(), o.plugins}
		}
		if r != nil && safe == PostQuantum(s) {
			all = append(all, r)
		}
	}
	return all
}
