package settings

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/term"
)

type configOptions struct {
	*cli.Env
	key    string
	values []string
}

// SettingView is one setting in JSON. Of several values there are commas between.
type SettingView struct {
	Key     string     `json:"key"`
	Profile string     `json:"profile"` // whose own it is; empty for all
	Value   string     `json:"value"`   // a reference stays one, and what is sealed is "sealed"
	Source  cli.Source `json:"source"`
}

// ConfigListView is the result of config list in JSON.
type ConfigListView struct {
	Path     string        `json:"path"`
	Settings []SettingView `json:"settings"`
}

// ConfigPathView is the result of config path in JSON.
type ConfigPathView struct {
	Path string `json:"path"`
}

// sourceProfile is the source of a value that a profile has of its own.
const sourceProfile cli.Source = "profile"

func newConfigGet(env *cli.Env, run cli.Runner[configOptions]) *cobra.Command {
	o := &configOptions{Env: env}
	c := cli.Command("get KEY [flags]", cli.ArgCount{Least: 1, Most: 1}, func(ctx context.Context, args []string) error {
		o.key = args[0]
		return run.Or(runConfigGet)(ctx, o)
	})
	c.ValidArgsFunction = completeKeys
	return c
}

func newConfigList(env *cli.Env, run cli.Runner[configOptions]) *cobra.Command {
	o := &configOptions{Env: env}
	return cli.Command("list [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runConfigList)(ctx, o)
	})
}

func newConfigPath(env *cli.Env, run cli.Runner[configOptions]) *cobra.Command {
	o := &configOptions{Env: env}
	return cli.Command("path [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runConfigPath)(ctx, o)
	})
}

// completeKeys offers the keys to a shell.
func completeKeys(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return append(setting.Keys(), setting.Disabled), cobra.ShellCompDirectiveNoFileComp
}

func runConfigGet(ctx context.Context, o *configOptions) error {
	s, own, err := o.look(ctx)
	if err != nil {
		return err
	}
	v, err := o.view(s, own, o.key)
	if err != nil {
		return err
	}
	return o.Result(v, func(p *cli.Page) { p.B.WriteString(term.Clean(v.Value) + "\n") })
}

func runConfigList(ctx context.Context, o *configOptions) error {
	s, own, err := o.look(ctx)
	if err != nil {
		return err
	}
	store, err := o.Open()
	if err != nil {
		return err
	}
	keys := setting.ProfileKeys()
	if own == nil {
		keys = slices.Concat(setting.Keys(), setting.HookKeys(&s.Settings), setting.ServerKeys(s))
	}
	list := ConfigListView{store.Path(), []SettingView{}}
	for _, key := range keys {
		v, err := o.view(s, own, key)
		if err != nil {
			return err
		}
		list.Settings = append(list.Settings, v)
	}
	return o.Result(list, func(p *cli.Page) {
		width := 0
		for _, v := range list.Settings {
			width = max(width, term.Width(v.Key))
		}
		for _, v := range list.Settings {
			source := p.Env.T("config.source."+string(v.Source), problem.Params{"variable": cli.SettingVariable(v.Key)})
			p.Text(strings.TrimRight(term.Pad(v.Key, width)+"  "+v.Value, " ") + "  (" + source + ")")
		}
	})
}

func runConfigPath(_ context.Context, o *configOptions) error {
	store, err := o.Open()
	if err != nil {
		return err
	}
	return o.Result(ConfigPathView{store.Path()}, func(p *cli.Page) { p.B.WriteString(term.Clean(store.Path()) + "\n") })
}

// look reads the config file, which need not be there, and the profile that -p named, which has
// to. A variable names no profile here: the settings of all would be out of reach.
func (o *configOptions) look(ctx context.Context) (*lifecycle.State, *lifecycle.Profile, error) {
	s, err := o.State(ctx)
	if err != nil && (!cli.NoConfig(err) || o.Global.Profile != "") {
		return nil, nil, err
	}
	if s == nil {
		s = &lifecycle.State{}
	}
	if o.Global.Profile == "" {
		return s, nil, nil
	}
	own, err := s.Profile(o.Global.Profile)
	return s, own, err
}

// view is a setting with its source: of all, or of a profile.
func (o *configOptions) view(s *lifecycle.State, own *lifecycle.Profile, key string) (SettingView, error) {
	v := SettingView{Key: key, Profile: o.Global.Profile}
	if own != nil {
		values, err := setting.GetOf(own, key)
		switch {
		case err != nil:
			return v, err
		case len(values) > 0:
			v.Value, v.Source = strings.Join(values, ","), sourceProfile
			return v, nil
		case key == setting.Disabled:
			v.Value, v.Source = "false", cli.SourceDefault
			return v, nil
		}
	}
	return o.viewOfAll(v, s)
}

// viewOfAll is a setting that no profile has of its own.
func (o *configOptions) viewOfAll(v SettingView, s *lifecycle.State) (SettingView, error) {
	key := v.Key
	inFile, err := setting.Get(s, key)
	if err != nil {
		return v, err
	}
	if !slices.Contains(setting.Keys(), key) { // of a webhook or a server: no variable stands above it
		if v.Source = cli.SourceDefault; len(inFile) > 0 {
			v.Value, v.Source = shown(s, key, inFile[0]), cli.SourceFile
		}
		return v, nil
	}
	set, err := o.SettingsOf(s, nil)
	if err != nil {
		return v, err
	}
	v.Source = set.Source(key)
	if setting.IsList(key) {
		v.Value = strings.Join(set.List(key), ",")
	} else {
		v.Value = shown(s, key, set.Text(key))
	}
	return v, nil
}

// The words for secrets, which are the same in every language.
const (
	sealedWord = "sealed"
	plainWord  = "******"
)

// shown is a value without what is sealed, or a secret as it is.
func shown(s *lifecycle.State, key, value string) string {
	switch {
	case setting.IsSealed(value):
		return sealedWord
	case value != "" && setting.Hides(s, key, value):
		return plainWord
	}
	return value
}
