package settings

import (
	"cmp"
	"context"
	"encoding/pem"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type initOptions struct {
	*cli.Env
	organization, appleAccount, email, country string
	trustRoot, passphraseFile                  string
	noPassphrase                               bool
}

// InitView is the result of init in JSON.
type InitView struct {
	Path       string `json:"path"`
	Recipient  string `json:"recipient"`
	Passphrase bool   `json:"passphrase"`
	Rehearsal  bool   `json:"rehearsal"`
}

// NewInit makes the command init.
func NewInit(env *cli.Env, run cli.Runner[initOptions]) *cobra.Command {
	o := &initOptions{Env: env}
	c := cli.Command("init [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runInit)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.organization, "organization", "", "NAME")
	f.StringVar(&o.appleAccount, "apple-account", "", "ADDRESS")
	f.StringVar(&o.email, "email", "", "ADDRESS")
	f.StringVar(&o.country, "country", "", "CC")
	f.StringVar(&o.trustRoot, "trust-root", "", "FILE")
	f.StringVar(&o.passphraseFile, "passphrase-file", "", "FILE")
	f.BoolVar(&o.noPassphrase, "no-passphrase", false, "")
	return c
}

func runInit(ctx context.Context, o *initOptions) error {
	store, err := o.Open()
	if err != nil {
		return err
	}
	// Before anything is asked: answers given for nothing are annoying.
	if _, err := store.View(ctx); err == nil || problem.Of(err).Code != problem.NotInitialised {
		return problem.Say(problem.Usage, "config-exists", problem.Params{"path": store.Path()}).Because(err)
	}
	s := &lifecycle.State{Version: lifecycle.Version}
	if o.trustRoot != "" {
		if s.TrustRoot, err = o.trustRootPEM(); err != nil {
			return err
		}
	}
	if s.Settings, err = o.answers(); err != nil {
		return err
	}
	if s.Sealing, err = o.sealing(); err != nil {
		return err
	}
	if err := o.Create(ctx, s); err != nil {
		return err
	}
	if o.noPassphrase {
		o.Stderr(o.T("output.init.unsealed", problem.Params{"path": store.Path()})) // loud even under --quiet
	}
	v := InitView{store.Path(), s.Sealing.Recipient, !o.noPassphrase, s.TrustRoot != ""}
	return o.Result(v, func(p *cli.Page) {
		p.Say("init.done", problem.Params{"path": v.Path})
		if v.Rehearsal {
			p.Say("init.rehearsal", nil)
		}
		if v.Passphrase {
			p.Advise("init.keep-passphrase", nil)
		}
		p.Advise("init.next", nil)
	})
}

// trustRootPEM reads the bundle whose content, not path, is stored.
func (o *initOptions) trustRootPEM() (string, error) {
	data, err := o.ReadText(o.trustRoot)
	if err != nil {
		return "", err
	}
	if _, err := pushcert.NewTrust(data); err != nil {
		return "", err
	}
	var bundle []byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})...)
	}
	return string(bundle), nil
}

// answers are the settings: from flags, else variables, else the person at the terminal.
func (o *initOptions) answers() (lifecycle.Settings, error) {
	s := lifecycle.Settings{}
	ask := o.IO.CanAsk() && o.organization == "" && o.appleAccount == "" && o.email == "" && o.country == ""
	for _, q := range []struct {
		to    *string
		given string
		key   string
		name  string
	}{
		{&s.Organization, o.organization, "organization", "APNSCTL_ORGANIZATION"},
		{&s.AppleAccount, o.appleAccount, "apple-account", "APNSCTL_APPLE_ACCOUNT"},
		{&s.Email, o.email, "email", "APNSCTL_EMAIL"},
		{&s.Country, o.country, "country", "APNSCTL_COUNTRY"},
	} {
		*q.to = cmp.Or(q.given, o.Getenv(q.name))
		if *q.to != "" || !ask {
			continue
		}
		answer, err := o.IO.Ask(o.T("output.ask."+q.key, nil))
		if err != nil {
			return s, err
		}
		*q.to = answer
	}
	s.Email, s.Country = strings.ToLower(s.Email), strings.ToUpper(s.Country)
	return s, pushcert.Subject{Email: s.Email, Country: s.Country}.Check()
}

// sealing makes the identity that private keys are sealed to.
func (o *initOptions) sealing() (lifecycle.Sealing, error) {
	if o.noPassphrase {
		if o.passphraseFile != "" {
			return lifecycle.Sealing{}, problem.Say(problem.Usage, "two-passphrases", nil)
		}
		return signing.NewUnsealed()
	}
	passphrase, err := o.newPassphrase()
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	return signing.NewSealing(passphrase)
}

// newPassphrase takes a new passphrase, which is typed twice at a terminal: a slip
// nobody saw would lock every key in.
func (o *initOptions) newPassphrase() ([]byte, error) {
	first, err := o.Secret(o.passphraseFile, cli.PassphraseVariable, o.T("output.ask.new-passphrase", nil))
	if errors.Is(err, cli.ErrNoSecret) || err == nil && len(first) == 0 {
		return nil, problem.Say(problem.PassphraseMissing, "new", nil)
	}
	if err != nil || o.passphraseFile != "" || o.Getenv(cli.PassphraseVariable) != "" {
		return first, err
	}
	second, err := o.IO.AskSecret(o.T("output.ask.passphrase-again", nil))
	if err != nil {
		return nil, err
	}
	if string(first) != string(second) {
		return nil, problem.Say(problem.ConfirmationWrong, "passphrase", nil)
	}
	return first, nil
}
