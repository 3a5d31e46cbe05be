package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The settings: one key for the flag, the APNSCTL_ variable and the file.
const (
	setOrganization = "organization"
	setAppleAccount = "apple_account"
	setEmail        = "email"
	setCountry      = "country"
	setPortalURL    = "portal_url"
	setWarnDays     = "warn_days"
	setCriticalDays = "critical_days"
)

const defaultPortalURL = "https://identity.apple.com/pushcert/"

// settings answers what a setting is: flag, else variable, else file, else default.
// This file is the only one that knows viper, which reads and never writes, and sees
// the file's settings alone: it would fold the case of profile names and split them
// at dots.
type settings struct{ v *viper.Viper }

// settings reads all layers. flags holds the values of flags that were given.
func (e *Env) settings(ctx context.Context, flags map[string]string) (settings, error) {
	file, err := e.fileSettings(ctx)
	if err != nil {
		return settings{}, err
	}
	v := viper.New()
	for key, value := range map[string]any{setWarnDays: 60, setCriticalDays: 30, setPortalURL: defaultPortalURL} {
		v.SetDefault(key, value)
	}
	keys := []string{setOrganization, setAppleAccount, setEmail, setCountry, setPortalURL, setWarnDays, setCriticalDays}
	environment := map[string]any{}
	for _, key := range keys {
		if value := e.Getenv("APNSCTL_" + strings.ToUpper(key)); value != "" {
			environment[key] = value
		}
	}
	for _, layer := range []map[string]any{file, environment} {
		if err := v.MergeConfigMap(layer); err != nil {
			return settings{}, err
		}
	}
	for key, value := range flags {
		if value != "" {
			v.Set(key, value)
		}
	}
	return settings{v}, nil
}

// fileSettings are the file's own, empty where there is no file yet.
func (e *Env) fileSettings(ctx context.Context) (map[string]any, error) {
	s, err := e.state(ctx)
	if err != nil {
		if problem.Of(err).Code == problem.NotInitialised {
			return map[string]any{}, nil
		}
		return nil, err
	}
	return settingsMap(s.Settings)
}

func settingsMap(s lifecycle.Settings) (map[string]any, error) {
	text, err := yaml.Marshal(s)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	return values, yaml.Unmarshal(text, &values)
}

func (s settings) text(key string) string { return s.v.GetString(key) }

// days reads a number of days: "60" or "60d".
func (s settings) days(key string) (int, error) {
	value := s.v.GetString(key)
	n, err := strconv.Atoi(strings.TrimSuffix(value, "d"))
	if err != nil || n < 0 {
		return 0, problem.Say(problem.Usage, "days", problem.Params{"setting": key, "value": value})
	}
	return n, nil
}
