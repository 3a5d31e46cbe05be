package settings

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

type passphraseOptions struct {
	*cli.Env
	cli.PassphraseOptions
	newFile string
}

// PassphraseView is the result of config passphrase in JSON.
type PassphraseView struct {
	Path      string `json:"path"`
	Recipient string `json:"recipient"` // of the new identity
	Keys      int    `json:"keys"`      // that were sealed anew
	Short     bool   `json:"short_passphrase"`
}

func newPassphraseCommand(env *cli.Env, run cli.Runner[passphraseOptions]) *cobra.Command {
	o := &passphraseOptions{Env: env}
	c := cli.Command("passphrase [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runPassphrase)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.newFile, "new-passphrase-file", "", "FILE")
	o.PassphraseOptions.Flags(f)
	return c
}

func runPassphrase(ctx context.Context, o *passphraseOptions) error {
	store, err := o.Open()
	if err != nil {
		return err
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	if o.newFile == "" && !o.IO.CanAsk() { // before the present one is opened
		return problem.Say(problem.PassphraseMissing, "change", nil)
	}
	opener, err := o.Unlock(ctx, s, cli.UnlockOptions{PassphraseOptions: o.PassphraseOptions})
	if err != nil {
		return err
	}
	passphrase, err := newPassphrase(o.Env, problem.Say(problem.PassphraseMissing, "change", nil), func() ([]byte, error) {
		if o.newFile == "" {
			return nil, secret.ErrNone
		}
		return o.Secret(o.newFile, "", "")
	})
	if err != nil {
		return err
	}
	v := PassphraseView{Path: store.Path(), Short: short(passphrase)}
	err = o.Update(ctx, func(s *lifecycle.State) error {
		if err := signing.ChangePassphrase(s, opener, passphrase, o.Work); err != nil {
			return err
		}
		v.Recipient, v.Keys = s.Sealing.Recipient, 0
		return state.EachKey(s, func(*lifecycle.Key) error { v.Keys++; return nil })
	}, state.ScrubBackup())
	if err != nil {
		return err
	}
	remarkShort(o.Env, v.Short)
	return o.Result(v, func(p *cli.Page) {
		p.Say("passphrase.done", problem.Params{"path": v.Path})
		p.Advise("passphrase.copies", nil)
	})
}

// newPassphrase takes a new passphrase from where it is given, else from the terminal, where it is
// typed twice: a slip nobody saw would lock every key in.
func newPassphrase(e *cli.Env, missing error, given func() ([]byte, error)) ([]byte, error) {
	first, err := given()
	if errors.Is(err, secret.ErrNone) && e.IO.CanAsk() {
		return typedTwice(e, missing)
	}
	if errors.Is(err, secret.ErrNone) || err == nil && len(first) == 0 {
		return nil, missing
	}
	return first, err
}

// typedTwice asks again where the two differ, or nothing was typed: what was answered before is not lost for
// a slip.
func typedTwice(e *cli.Env, missing error) (passphrase []byte, err error) {
	question := "new-passphrase"
	for tries := cli.MostTries; tries > 0; tries-- {
		passphrase, err = askTwice(e, question, missing)
		switch {
		case err == nil:
			return passphrase, nil
		case problem.Of(err).Code == problem.ConfirmationWrong:
			question = "new-passphrase-differs"
		case !errors.Is(err, missing):
			return nil, err
		case tries > 1:
			question = "new-passphrase"
			e.Stderr(e.T("output.unclear.passphrase", nil))
		}
	}
	return passphrase, err
}

func askTwice(e *cli.Env, question string, missing error) ([]byte, error) {
	first, err := e.Secret("", "", e.T("output.ask."+question, nil))
	if err != nil {
		return nil, err
	}
	if len(first) == 0 {
		return nil, missing
	}
	second, err := e.Secret("", "", e.T("output.ask.passphrase-again", nil))
	if err != nil {
		return nil, err
	}
	if string(first) != string(second) {
		return nil, problem.Say(problem.ConfirmationWrong, "passphrase", nil)
	}
	return first, nil
}

// short tells that a passphrase does not resist somebody who has the file and guesses.
func short(passphrase []byte) bool { return utf8.RuneCount(passphrase) < signing.ShortPassphrase }

// remarkShort says so, even under --quiet.
func remarkShort(e *cli.Env, short bool) {
	if short {
		e.Stderr(e.T("output.passphrase.short", nil))
	}
}
