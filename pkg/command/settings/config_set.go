package settings

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// ConfigSetView is the result of config set and config unset in JSON.
type ConfigSetView struct {
	SettingView

	Changed bool `json:"changed"`
}

func newConfigSet(env *cli.Env, run cli.Runner[configOptions]) *cobra.Command {
	o := &configOptions{Env: env}
	c := cli.Command("set KEY [VALUE...] [flags]", cli.ArgCount{Least: 1, Most: -1}, func(ctx context.Context, args []string) error {
		o.key, o.values = args[0], args[1:]
		return run.Or(runConfigSet)(ctx, o)
	})
	c.ValidArgsFunction = completeKeys
	return c
}

func newConfigUnset(env *cli.Env, run cli.Runner[configOptions]) *cobra.Command {
	o := &configOptions{Env: env}
	c := cli.Command("unset KEY [flags]", cli.ArgCount{Least: 1, Most: 1}, func(ctx context.Context, args []string) error {
		o.key = args[0]
		return run.Or(runConfigUnset)(ctx, o)
	})
	c.ValidArgsFunction = completeKeys
	return c
}

func runConfigSet(ctx context.Context, o *configOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	if _, err := setting.Get(s, o.key); err != nil && o.Global.Profile == "" {
		return err
	}
	values, entered, err := o.given(s)
	if err != nil {
		return err
	}
	defer clear(entered)
	return o.change(ctx, func(s *lifecycle.State) error {
		switch {
		case o.Global.Profile != "":
			own, err := s.Profile(o.Global.Profile)
			if err != nil {
				return err
			}
			err = setting.SetOf(own, o.key, values)
			return cmp.Or(err, o.inOrder(s, own))
		case entered != nil: // to the identity that the file has now: a new passphrase may have come meanwhile
			sealed, err := signing.SealSecret(s.Sealing, entered)
			if err != nil {
				return err
			}
			return setting.Put(s, o.key, sealed)
		}
		return cmp.Or(setting.Set(s, o.key, values), o.inOrder(s, nil))
	})
}

func runConfigUnset(ctx context.Context, o *configOptions) error {
	return o.change(ctx, func(s *lifecycle.State) error {
		if o.Global.Profile == "" {
			return cmp.Or(setting.Unset(s, o.key), o.inOrder(s, nil))
		}
		own, err := s.Profile(o.Global.Profile)
		if err != nil {
			return err
		}
		return cmp.Or(setting.SetOf(own, o.key, nil), o.inOrder(s, own))
	})
}

// given are the values to set: those of the command line or a secret, that was typed or came in.
func (o *configOptions) given(s *lifecycle.State) (values []string, entered []byte, err error) {
	params := problem.Params{"setting": o.key}
	fromInput := len(o.values) == 1 && o.values[0] == disk.Stdio
	hidden := o.Global.Profile == "" && setting.MayBeSealed(o.key) && (len(o.values) == 0 || fromInput)
	switch {
	case hidden:
		entered, err = o.secret(fromInput)
		return nil, entered, err
	case len(o.values) == 0:
		return nil, nil, problem.Say(problem.Usage, "setting-value", params)
	}
	for _, v := range o.values {
		if setting.Hides(s, o.key, v) {
			return nil, nil, problem.Say(problem.Usage, "secret-argument", params)
		}
		if err := o.GuardReference(o.key, v); err != nil {
			return nil, nil, err
		}
		values = append(values, spelled(o.key, v)...)
	}
	if len(values) == 0 || slices.Contains(values, "") {
		return nil, nil, problem.Say(problem.Usage, "setting-value", params)
	}
	return values, nil, nil
}

// spelled is a value as it is written into the file; a list has commas between its elements.
func spelled(key, value string) []string {
	switch key {
	case setting.Email:
		return []string{strings.ToLower(value)}
	case setting.Country:
		return []string{strings.ToUpper(value)}
	case setting.NotifyTo:
		return setting.SplitList(value)
	}
	return []string{value}
}

// secret asks for a secret, or reads it from standard input.
func (o *configOptions) secret(fromInput bool) ([]byte, error) {
	params := problem.Params{"setting": o.key}
	file := ""
	if fromInput {
		file = disk.Stdio
	}
	given, err := o.Secret(file, "", o.T("config.ask", params))
	switch {
	case errors.Is(err, secret.ErrNone):
		return nil, problem.Say(problem.Usage, "secret-nowhere", params)
	case err != nil:
		return nil, err
	case len(given) == 0:
		return nil, problem.Say(problem.Usage, "secret-empty", params)
	}
	return given, setting.Check(o.key, string(given))
}

// change writes the config file and tells what stands there then.
func (o *configOptions) change(ctx context.Context, change func(*lifecycle.State) error) error {
	before, own, err := o.look(ctx)
	if err != nil {
		return err
	}
	was, _ := o.view(before, own, o.key) // one that is none is refused below
	err = o.Update(ctx, change)
	if err != nil {
		return err
	}
	after, own, err := o.look(ctx)
	if err != nil {
		return err
	}
	v := ConfigSetView{}
	if v.SettingView, err = o.view(after, own, o.key); err != nil {
		v.SettingView = SettingView{Key: o.key, Source: cli.SourceDefault} // a whole webhook that is gone
	}
	v.Changed = v.SettingView != was || v.Value == sealedWord
	params := problem.Params{"setting": o.key, "value": v.Value, "variable": cli.SettingVariable(o.key)}
	if v.Source == cli.SourceEnvironment {
		o.Note("config-overridden", params)
	}
	return o.Result(v, func(p *cli.Page) {
		key := "set"
		switch v.Value {
		case sealedWord:
			key = "sealed"
			if after.Sealing.UnsealedIdentity != "" {
				key = "sealed-open"
			}
		case "":
			key = "unset"
		}
		p.Text(p.Env.T("config."+key, params))
	})
}

// inOrder refuses thresholds the wrong way round: of all, or of a profile. The other one, set to the same
// number first, makes room.
func (o *configOptions) inOrder(s *lifecycle.State, own *lifecycle.Profile) error {
	const warnDays, criticalDays = 60, 30
	warn, critical := warnDays, criticalDays
	set := func(w, c *int) {
		if w != nil {
			warn = *w
		}
		if c != nil {
			critical = *c
		}
	}
	set(s.Settings.WarnDays, s.Settings.CriticalDays)
	if own != nil {
		set(own.WarnDays, own.CriticalDays)
	}
	if warn >= critical {
		return nil
	}
	other, days := setting.WarnDays, strconv.Itoa(critical)
	if o.key == setting.WarnDays {
		other, days = setting.CriticalDays, strconv.Itoa(warn)
	}
	command := "apnsctl config set " + other + " " + days
	if own != nil {
		command += " -p " + msg.Quote(o.Global.Profile)
	}
	return problem.Say(problem.Usage, "setting-order", problem.Params{
		"warn_days": strconv.Itoa(warn), "critical_days": strconv.Itoa(critical), "setting": other, "command": command,
	})
}
