package cli

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"
	"golang.org/x/net/http/httpproxy"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/reference"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// DefaultPortalURL is the page of Apple Push Certificates Portal.
const DefaultPortalURL = "https://identity.apple.com/pushcert/"

// DefaultMDMCertURL is where mdmcert.download takes requests.
const DefaultMDMCertURL = "https://mdmcert.download/api/v1/signrequest"

// DefaultLadder is told when nobody set another: each day of the last week, and thrice before.
const DefaultLadder = "90,60,30,7-1,0"

// SettingVariable is the variable that stands above the file's value of a setting.
func SettingVariable(key string) string {
	return "APNSCTL_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// Source is where a setting's value comes from.
type Source string

// The sources, each above the ones before it.
const (
	SourceDefault     Source = "default"
	SourceFile        Source = "file"
	SourceEnvironment Source = "environment"
	SourceFlag        Source = "flag"
)

// Settings answers what a setting is: flag, else variable, else file, else default.
// This file is the only one that knows viper, which reads and never writes, and sees
// the file's settings alone: it would fold the case of profile names and split them
// at dots.
type Settings struct {
	v       *viper.Viper
	sources map[string]Source
}

// Settings reads all layers. flags holds the values of flags that were given.
func (e *Env) Settings(ctx context.Context, flags map[string]string) (Settings, error) {
	s, err := e.State(ctx)
	if err != nil && problem.Of(err).Code != problem.NotInitialised {
		return Settings{}, err
	}
	return e.SettingsOf(s, flags)
}

// SettingsOf is [Env.Settings] of a state that was read; nil where there is no file.
func (e *Env) SettingsOf(s *lifecycle.State, flags map[string]string) (Settings, error) {
	file := map[string]any{}
	if s != nil {
		var err error
		if file, err = settingsMap(s.Settings); err != nil {
			return Settings{}, err
		}
	}
	v, sources, days := viper.New(), map[string]Source{}, pushcert.DefaultPolicy()
	for key, value := range map[string]any{
		setting.WarnDays: days.WarnDays, setting.CriticalDays: days.CriticalDays, setting.PortalURL: DefaultPortalURL,
		setting.MDMCertURL: DefaultMDMCertURL, setting.NotifyLadder: DefaultLadder, setting.NotifyAccount: false,
	} {
		v.SetDefault(key, value)
	}
	environment := map[string]any{}
	for _, key := range setting.Keys() {
		if value := e.Getenv(SettingVariable(key)); value != "" {
			put(environment, key, value)
			sources[key] = SourceEnvironment
		} else if has(file, key) {
			sources[key] = SourceFile
		}
	}
	for _, layer := range []map[string]any{file, environment} {
		if err := v.MergeConfigMap(layer); err != nil {
			return Settings{}, err
		}
	}
	for key, value := range flags {
		if value != "" {
			v.Set(key, value)
			sources[key] = SourceFlag
		}
	}
	return Settings{v, sources}, nil
}

// put sets a key with dots in nested maps, as the file has them.
func put(to map[string]any, key string, value any) {
	first, rest, nested := strings.Cut(key, ".")
	if !nested {
		to[key] = value
		return
	}
	below, ok := to[first].(map[string]any)
	if !ok {
		below = map[string]any{}
		to[first] = below
	}
	put(below, rest, value)
}

// has tells whether nested maps have a key with dots.
func has(in map[string]any, key string) bool {
	first, rest, nested := strings.Cut(key, ".")
	value, ok := in[first]
	if !ok || !nested {
		return ok
	}
	below, ok := value.(map[string]any)
	return ok && has(below, rest)
}

func settingsMap(s lifecycle.Settings) (map[string]any, error) {
	text, err := yaml.Marshal(s)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	return values, yaml.Unmarshal(text, &values)
}

// Text is a setting that is a text.
func (s Settings) Text(key string) string { return s.v.GetString(key) }

// Source is where its value comes from.
func (s Settings) Source(key string) Source { return cmp.Or(s.sources[key], SourceDefault) }

// List is a setting of several values. In a variable they have commas between.
func (s Settings) List(key string) []string {
	if text, ok := s.v.Get(key).(string); ok {
		return setting.SplitList(text)
	}
	return s.v.GetStringSlice(key)
}

// Number is a setting that is a number; zero where nothing is set.
func (s Settings) Number(key string) int { return s.v.GetInt(key) }

// Portal is the address of Apple's page, which a browser opens: nothing but a web page may be
// there, for a config file can come from somebody else.
func (s Settings) Portal() (string, error) {
	value := s.Text(setting.PortalURL)
	return value, setting.Check(setting.PortalURL, value)
}

// AppleAccount is who signs in at the portal. What stands in a file from before is taken as it is.
func (s Settings) AppleAccount() (string, error) {
	value := s.Text(setting.AppleAccount)
	if source := s.Source(setting.AppleAccount); source == SourceFile || source == SourceDefault {
		return value, nil
	}
	return value, lifecycle.CheckAccount(value)
}

// days reads a number of days: "60" or "60d".
func (s Settings) days(key string) (int, error) {
	value := s.v.GetString(key)
	n, err := strconv.Atoi(strings.TrimSuffix(value, "d"))
	if err != nil || n < 0 {
		return 0, problem.Say(problem.Usage, "days", problem.Params{"setting": key, "value": value})
	}
	return n, nil
}

// References finds what settings refer to. The passphrase is asked for once, and only where
// something is sealed.
func (e *Env) References(s *lifecycle.State, o UnlockOptions) reference.Finder {
	var opener *signing.Opener
	return reference.Finder{
		Getenv: e.Getenv,
		File:   func(name string) ([]byte, error) { return e.Secret(name, "", "") },
		Open: func(ctx context.Context, name, sealed string) (secret []byte, err error) {
			if opener == nil {
				if opener, err = e.Unlock(ctx, s, o); err != nil {
					return nil, err
				}
			}
			return opener.OpenSecret(name, sealed)
		},
		Hidden: []string{secret.PassphraseVariable, secret.FilePasswordVariable},
	}
}

// SecretSetting is the secret that a setting refers to; in its variable it may stand as it is.
func (s Settings) SecretSetting(ctx context.Context, key string, f reference.Finder) (string, error) {
	value := s.Text(key)
	if s.Source(key) == SourceEnvironment && !setting.IsReference(value) && !setting.IsSealed(value) {
		return value, nil
	}
	return f.Find(ctx, key, value)
}

// Proxies are those of the environment.
func (e *Env) Proxies() func(*url.URL) (*url.URL, error) {
	either := func(name string) string {
		return cmp.Or(e.Getenv(name), e.Getenv(strings.ToLower(name)))
	}
	return (&httpproxy.Config{HTTPProxy: either("HTTP_PROXY"), HTTPSProxy: either("HTTPS_PROXY"), NoProxy: either("NO_PROXY")}).ProxyFunc()
}
