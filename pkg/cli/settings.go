package cli

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The settings: one key for the flag, the APNSCTL_ variable and the file.
const (
	SettingOrganization = "organization"
	SettingAppleAccount = "apple_account"
	SettingEmail        = "email"
	SettingCountry      = "country"
	SettingPortalURL    = "portal_url"
	settingWarnDays     = "warn_days"
	settingCriticalDays = "critical_days"
)

// DefaultPortalURL is the page of Apple Push Certificates Portal.
const DefaultPortalURL = "https://identity.apple.com/pushcert/"

// Settings answers what a setting is: flag, else variable, else file, else default.
// This file is the only one that knows viper, which reads and never writes, and sees
// the file's settings alone: it would fold the case of profile names and split them
// at dots.
type Settings struct{ v *viper.Viper }

// Settings reads all layers. flags holds the values of flags that were given.
func (e *Env) Settings(ctx context.Context, flags map[string]string) (Settings, error) {
	s, err := e.State(ctx)
	if err != nil && problem.Of(err).Code != problem.NotInitialised {
		return Settings{}, err
	}
	return e.settingsOf(s, flags)
}

// settingsOf is settings of a state that was read; nil where there is no file.
func (e *Env) settingsOf(s *lifecycle.State, flags map[string]string) (Settings, error) {
	file := map[string]any{}
	if s != nil {
		var err error
		if file, err = settingsMap(s.Settings); err != nil {
			return Settings{}, err
		}
	}
	v := viper.New()
	for key, value := range map[string]any{settingWarnDays: 60, settingCriticalDays: 30, SettingPortalURL: DefaultPortalURL} {
		v.SetDefault(key, value)
	}
	keys := []string{SettingOrganization, SettingAppleAccount, SettingEmail, SettingCountry, SettingPortalURL, settingWarnDays, settingCriticalDays}
	environment := map[string]any{}
	for _, key := range keys {
		if value := e.Getenv("APNSCTL_" + strings.ToUpper(key)); value != "" {
			environment[key] = value
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
		}
	}
	return Settings{v}, nil
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

// Portal is the address of Apple's page, which a browser opens: nothing but a web page may be
// there, for a config file can come from somebody else.
func (s Settings) Portal() (string, error) {
	value := s.Text(SettingPortalURL)
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", problem.Say(problem.Usage, "portal-url", problem.Params{"value": value})
	}
	return value, nil
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
