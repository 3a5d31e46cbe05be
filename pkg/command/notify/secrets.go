package notify

import (
	"context"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/reference"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// secrets finds what the settings refer to. The passphrase is asked for once, and only where
// something is sealed.
func (o *options) secrets(s *lifecycle.State) reference.Finder {
	var opener *signing.Opener
	return reference.Finder{
		Getenv: o.Getenv,
		File:   func(name string) ([]byte, error) { return o.Secret(name, "", "") },
		Open: func(ctx context.Context, name, sealed string) (secret []byte, err error) {
			if opener == nil {
				if opener, err = o.Unlock(ctx, s, o.unlock); err != nil {
					return nil, err
				}
			}
			return opener.OpenSecret(name, sealed)
		},
		Hidden: []string{cli.PassphraseVariable, cli.FilePasswordVariable},
	}
}
