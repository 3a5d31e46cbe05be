package cli

import (
	"bytes"
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// unlockOptions are the flags of commands that unseal a private key.
type unlockOptions struct{ passphraseFile, identity string }

func (o *unlockOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.passphraseFile, "passphrase-file", "", "FILE")
	f.StringVar(&o.identity, "identity", "", "FILE")
}

// unlock opens the file's private keys: with an identity given, else with the
// passphrase, unless the file holds its identity unsealed.
func (e *Env) unlock(_ context.Context, s *lifecycle.State, o unlockOptions) (*state.Opener, error) {
	if o.identity != "" {
		identity, err := e.read(o.identity)
		if err != nil {
			return nil, err
		}
		return state.UnlockWith(identity)
	}
	if s.Sealing.UnsealedIdentity != "" {
		return state.Unlock(s.Sealing, nil)
	}
	passphrase, err := e.passphrase(o.passphraseFile)
	if err != nil {
		return nil, err
	}
	return state.Unlock(s.Sealing, passphrase)
}

// passphrase finds the config file's passphrase. An empty one is a missing one: a
// variable that a CI system failed to fill must not pass for an answer.
func (e *Env) passphrase(file string) ([]byte, error) {
	given, err := e.secret(file, "APNSCTL_PASSPHRASE", e.T("output.ask.passphrase", nil))
	if err == nil && len(given) == 0 {
		err = errNoSecret
	}
	if errors.Is(err, errNoSecret) {
		return nil, problem.New(problem.PassphraseMissing, nil)
	}
	return given, err
}

// filePassword is the password of a .p12 or an encrypted key. The question names the file,
// for there may be many.
func (e *Env) filePassword(name, passwordFile string) ([]byte, error) {
	return e.secret(passwordFile, "APNSCTL_FILE_PASSWORD", e.T("output.ask.file-password", problem.Params{"file": named(name)}))
}

// errNoSecret says that nobody gave the secret and nobody can be asked.
var errNoSecret = errors.New("no secret given")

// secret reads from the file given, the variable, or the terminal, in this order.
func (e *Env) secret(file, variable, question string) ([]byte, error) {
	if file != "" {
		data, err := e.read(file)
		return trimNewline(data), err
	}
	if value := e.Getenv(variable); value != "" {
		return []byte(value), nil
	}
	if !e.IO.CanAsk() {
		return nil, errNoSecret
	}
	return e.IO.AskSecret(question)
}

// trimNewline removes the one line end that an editor adds to a password file.
func trimNewline(data []byte) []byte {
	data = bytes.TrimSuffix(data, []byte("\n"))
	return bytes.TrimSuffix(data, []byte("\r"))
}
