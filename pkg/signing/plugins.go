package signing

import (
	"errors"
	"slices"

	"filippo.io/age"
	"filippo.io/age/plugin"

	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Plugins is what the programs that age calls for keys of other kinds (age-plugin-NAME) need.
type Plugins struct {
	// UI asks what a plugin wants to know; nil answers nothing.
	UI *plugin.ClientUI
	// Done ends the wait for a plugin, which may itself be waiting for a person.
	Done <-chan struct{}
}

func (p Plugins) ui() *plugin.ClientUI {
	if p.UI == nil {
		return &plugin.ClientUI{}
	}
	return p.UI
}

// pluginRecipient and pluginIdentity are a plugin's, until the wait ends.
type (
	pluginRecipient struct {
		*plugin.Recipient

		with Plugins
	}
	pluginIdentity struct {
		*plugin.Identity

		with Plugins
	}
)

// wrapped is what a plugin makes of a file key.
type wrapped struct {
	stanzas []*age.Stanza
	labels  []string
}

// Wrap implements [age.Recipient].
func (r pluginRecipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	stanzas, _, err := r.WrapWithLabels(fileKey)
	return stanzas, err
}

// WrapWithLabels implements [age.RecipientWithLabels].
func (r pluginRecipient) WrapWithLabels(fileKey []byte) ([]*age.Stanza, []string, error) {
	w, err := wait.For(r.with.Done, func() (wrapped, error) {
		stanzas, labels, err := r.Recipient.WrapWithLabels(fileKey)
		return wrapped{stanzas, labels}, err
	})
	if err == nil && slices.Contains(w.labels, "postquantum") { // age mixes such a one with none of ours
		return nil, nil, problem.Say(problem.Usage, "recipient-not-hybrid", problem.Params{"recipient": r.String()})
	}
	return w.stanzas, w.labels, pluginFailed(r.Name(), err)
}

// Unwrap implements [age.Identity].
func (i pluginIdentity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	key, err := wait.For(i.with.Done, func() ([]byte, error) { return i.Identity.Unwrap(stanzas) })
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, err
	}
	return key, pluginFailed(i.Name(), err)
}

// pluginFailed says which program is missing, or failed.
func pluginFailed(name string, err error) error {
	if err == nil {
		return nil
	}
	params := problem.Params{"plugin": "age-plugin-" + name}
	if _, ok := errors.AsType[*plugin.NotFoundError](err); ok {
		return problem.Say(problem.PassphraseMissing, "plugin", params).Because(err)
	}
	return problem.Say(problem.PassphraseWrong, "plugin", params).Because(err)
}
