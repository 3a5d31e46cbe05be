package settings

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type initOptions struct {
	*cli.Env
	organization, appleAccount, email, country string
	trustRoot                                  string
	cli.PassphraseOptions
	noPassphrase, postQuantum bool
	short                     bool   // the passphrase
	portal                    string // of the simulator that is rehearsed with
	typed                     *cobra.Command
	way                       string // what the person has, see [ways]; empty where nobody was asked
}

// InitView is the result of init in JSON.
type InitView struct {
	Path       string `json:"path"`
	Recipient  string `json:"recipient"`
	Passphrase bool   `json:"passphrase"`
	Rehearsal  bool   `json:"rehearsal"`
	Hybrid     bool   `json:"post_quantum"`
	Short      bool   `json:"short_passphrase"`
}

// NewInit makes the command init.
func NewInit(env *cli.Env, run cli.Runner[initOptions]) *cobra.Command {
	o := &initOptions{Env: env}
	c := cli.Command("init [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runInit)(ctx, o)
	})
	o.typed = c
	f := c.Flags()
	f.StringVar(&o.organization, "organization", "", "NAME")
	f.StringVar(&o.appleAccount, "apple-account", "", "ADDRESS")
	f.StringVar(&o.email, "email", "", "ADDRESS")
	f.StringVar(&o.country, "country", "", "CC")
	f.StringVar(&o.trustRoot, "trust-root", "", "FILE")
	o.PassphraseOptions.Flags(f)
	f.BoolVar(&o.noPassphrase, "no-passphrase", false, "")
	f.BoolVar(&o.postQuantum, "post-quantum", false, "")
	return c
}

func runInit(ctx context.Context, o *initOptions) error {
	store, err := o.Open()
	if err != nil {
		return err
	}
	// Before anything is asked: answers given for nothing are annoying.
	if err := store.Vacant(); err != nil {
		return problem.Of(err).About("command", o.again())
	}
	s := &lifecycle.State{Version: lifecycle.Version}
	if err := o.roots(s); err != nil {
		return err
	}
	if s.Settings, err = o.answers(); err != nil {
		return err
	}
	s.Settings.PortalURL = o.portal
	if s.Sealing, err = o.sealing(ctx); err != nil {
		return err
	}
	if err := o.Create(ctx, s); err != nil {
		return err
	}
	if o.noPassphrase {
		o.Stderr(o.T("output.init.unsealed", problem.Params{"path": store.Path()})) // loud even under --quiet
	}
	remarkShort(o.Env, o.short)
	v := InitView{store.Path(), s.Sealing.Recipient, !o.noPassphrase, s.TrustRoot != "", o.postQuantum, o.short}
	return o.Result(v, func(p *cli.Page) {
		p.Say("init.done", problem.Params{"path": v.Path})
		if v.Rehearsal {
			p.Say("init.rehearsal", nil)
		}
		if v.Passphrase {
			p.Advise("init.keep-passphrase", nil)
		}
		p.Advise("init."+cmp.Or(o.way, "next"), problem.Params{"portal": msg.Quote(msg.Clean(strings.TrimRight(o.portal, "/")))})
	})
}

// roots settles who may issue certificates, and what the person has. A file that is named is read before
// anything is asked.
func (o *initOptions) roots(s *lifecycle.State) (err error) {
	if o.trustRoot != "" {
		if s.TrustRoot, err = o.trustRootPEM(); err != nil {
			return err
		}
	}
	if err = o.askWay(); err == nil && o.way == wayRehearsal {
		err = o.askRehearsal(s)
	}
	return err
}

// trustRootPEM reads the bundle whose content, not path, is stored.
func (o *initOptions) trustRootPEM() (string, error) {
	data, err := o.Read(o.trustRoot)
	if err != nil {
		return "", err
	}
	if _, err := pushcert.NewTrust(data); err != nil {
		return "", disk.AboutErr(o.trustRoot, err)
	}
	authorities, err := pushcert.Authorities(data)
	var bundle []byte
	for _, c := range authorities {
		bundle = append(bundle, c.PEM()...)
	}
	return string(bundle), err
}

// sealing makes the identity that private keys are sealed to.
func (o *initOptions) sealing(ctx context.Context) (lifecycle.Sealing, error) {
	makeSealed, makeUnsealed := signing.NewSealing, signing.NewUnsealed
	if o.postQuantum {
		makeSealed, makeUnsealed = signing.NewHybridSealing, signing.NewHybridUnsealed
	}
	switch {
	case !o.noPassphrase:
	case o.PassphraseFile != "":
		return lifecycle.Sealing{}, problem.Say(problem.Usage, "exclusive.passphrases", problem.Params{"flag": "--no-passphrase", "other": "--passphrase-file"})
	case o.PassphraseCommand != "":
		return lifecycle.Sealing{}, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--no-passphrase", "other": "--passphrase-command"})
	default:
		return makeUnsealed()
	}
	passphrase, err := newPassphrase(o.Env, problem.Say(problem.PassphraseMissing, "new", problem.Params{"command": o.again()}), func() ([]byte, error) {
		return o.GivenPassphrase(ctx, o.PassphraseOptions)
	})
	if err != nil {
		return lifecycle.Sealing{}, err
	}
	o.short = short(passphrase)
	return makeSealed(passphrase, o.Work)
}

// again is the command as it was typed, without where the passphrase comes from: without its trust root a
// rehearsal would become a file for real certificates.
func (o *initOptions) again() string {
	return typed.Line(o.typed, "", "passphrase-file", "passphrase-command")
}
