package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/spf13/pflag"
)

// UnlockOptions are the flags of commands that unseal a private key.
type UnlockOptions struct{ PassphraseFile, Identity string }

// Flags defines the flags.
func (o *UnlockOptions) Flags(f *pflag.FlagSet) {
	f.StringVar(&o.PassphraseFile, "passphrase-file", "", "FILE")
	f.StringVar(&o.Identity, "identity", "", "FILE")
}

// Unlock opens the file's private keys: with an identity given, else with the
// passphrase, unless the file holds its identity unsealed. A passphrase of other than ASCII
// letters may have been typed on another system: each of its spellings is tried.
func (e *Env) Unlock(_ context.Context, s *lifecycle.State, o UnlockOptions) (*signing.Opener, error) {
	if o.Identity != "" {
		identity, err := e.ReadText(o.Identity)
		if err != nil {
			return nil, err
		}
		return signing.UnlockWith(identity)
	}
	if s.Sealing.UnsealedIdentity != "" {
		return signing.Unlock(s.Sealing, nil)
	}
	question := e.T("output.ask.passphrase", nil)
	for tries := e.tries(o.PassphraseFile, PassphraseVariable); ; tries-- {
		passphrase, err := e.passphrase(o.PassphraseFile, question)
		if err != nil {
			return nil, err
		}
		opener, err := unlock(s.Sealing, passphrase)
		if tries == 1 || !hasCode(err, problem.PassphraseWrong) {
			return opener, err
		}
		question = e.T("output.ask.passphrase-wrong", nil)
	}
}

// unlock tries each spelling of a passphrase.
func unlock(sealing lifecycle.Sealing, passphrase []byte) (opener *signing.Opener, err error) {
	for _, spelling := range decode.Spellings(passphrase) {
		if opener, err = signing.Unlock(sealing, spelling); !hasCode(err, problem.PassphraseWrong) {
			break
		}
	}
	return opener, err
}

func hasCode(err error, code problem.Code) bool { return err != nil && problem.Of(err).Code == code }

// passphrase finds the config file's passphrase. An empty one is a missing one: a
// variable that a CI system failed to fill must not pass for an answer.
func (e *Env) passphrase(file, question string) ([]byte, error) {
	given, err := e.Secret(file, PassphraseVariable, question)
	if err == nil && len(given) == 0 {
		err = ErrNoSecret
	}
	if errors.Is(err, ErrNoSecret) {
		return nil, problem.New(problem.PassphraseMissing, nil)
	}
	return given, err
}

// filePassword is the password of a .p12 or an encrypted key. The question names the file,
// for there may be many.
func (e *Env) filePassword(name, passwordFile string, again bool) ([]byte, error) {
	key := "output.ask.file-password"
	if again {
		key = "output.ask.file-password-wrong"
	}
	return e.Secret(passwordFile, FilePasswordVariable, e.T(key, problem.Params{"file": Named(name)}))
}

// The variables that secrets may stand in.
const (
	PassphraseVariable   = "APNSCTL_PASSPHRASE"    //nolint:gosec // its name alone
	FilePasswordVariable = "APNSCTL_FILE_PASSWORD" //nolint:gosec // its name alone
)

// tries is how often a secret may be given that turns out to be wrong: a person can mistype
// it, a file or a variable says the same every time.
func (e *Env) tries(file, variable string) int {
	if file == "" && e.Getenv(variable) == "" && e.IO.CanAsk() {
		return MostTries
	}
	return 1
}

// ErrNoSecret says that nobody gave the secret and nobody can be asked.
var ErrNoSecret = errors.New("no secret given")

// Secret reads from the file given, the variable, or the terminal, in this order.
func (e *Env) Secret(file, variable, question string) ([]byte, error) {
	if file != "" {
		data, err := e.Read(file)
		if err == nil {
			e.remarkWide(file)
		}
		return decode.Secret(data), err
	}
	if value := e.Getenv(variable); value != "" {
		return decode.Secret([]byte(value)), nil
	}
	if !e.IO.CanAsk() {
		return nil, ErrNoSecret
	}
	typed, err := e.IO.AskSecret(question)
	return decode.Secret(typed), err
}

// remarkWide tells of a file with a secret that others than its owner can open.
func (e *Env) remarkWide(name string) {
	const others = 0o077
	info, err := os.Stat(name)
	if err == nil && state.ModesCount() && info.Mode().IsRegular() && info.Mode().Perm()&others != 0 {
		e.Note("secret-wide", problem.Params{"file": name, "mode": fmt.Sprintf("%04o", info.Mode().Perm())})
	}
}

// Signer unlocks the vendor identity that signs now, once it is known to be of use.
func (e *Env) Signer(ctx context.Context, s *lifecycle.State, j lifecycle.Judge, o UnlockOptions) (*signing.Signer, error) {
	vendor, err := signing.VendorOf(s, j)
	if err != nil {
		return nil, err
	}
	opener, err := e.Unlock(ctx, s, o)
	if err != nil {
		return nil, err
	}
	return vendor.Unlock(opener)
}

// AskTwin asks whether a name is meant that another profile has in all but its spelling.
// Any other refusal stays what it is.
func (e *Env) AskTwin(refusal error) error {
	twin := problem.Of(refusal)
	if twin.Key() != "usage.profile-twin" {
		return refusal
	}
	meant, _, err := e.AskYesNo("twin", twin.Params)
	if err == nil && !meant {
		return twin
	}
	return err
}

// MostTries is how often a question is asked again after an answer that makes no sense.
const MostTries = 3

// AskYesNo asks a question of the catalogue. Not answered is Enter alone, or nothing that
// could be understood.
func (e *Env) AskYesNo(key string, params problem.Params) (yes, answered bool, err error) {
	for range MostTries {
		answer, err := e.IO.Ask(e.T("output.ask."+key, params))
		if err != nil {
			return false, false, err
		}
		switch answer = strings.ToLower(answer); {
		case answer == "":
			return false, false, nil
		case slices.Contains(strings.Fields(e.T("output.ask.yes", nil)), answer):
			return true, true, nil
		case slices.Contains(strings.Fields(e.T("output.ask.no", nil)), answer):
			return false, true, nil
		}
	}
	return false, false, nil
}
