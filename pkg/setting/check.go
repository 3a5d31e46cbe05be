package setting

import (
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/remind"
)

// Check tells whether a text may be a value of a setting; of a list it is one element. Errors
// have the code [problem.Usage] and say which form is right. References are not followed.
func Check(key, value string) error {
	params := problem.Params{"setting": key, "value": value}
	if strings.ContainsFunc(value, unicode.IsControl) && !IsSecret(key) {
		return problem.Say(problem.Usage, "setting-lines", params)
	}
	if _, field, hook := hookOf(key); hook {
		key = Webhooks + "." + field
	}
	switch key {
	case AppleAccount:
		return lifecycle.CheckAccount(value)
	case Email, MDMCertAccount:
		return pushcert.Subject{Email: value}.Check()
	case Country:
		return pushcert.Subject{Country: value}.Check()
	case NotifyLadder:
		_, err := remind.ParseLadder(value)
		return err
	case MDMCertURL, NotifyFrom, NotifyTo, SMTPHost, PortalURL, NotifyPing, Webhooks + "." + hookURL:
		return checkPlace(key, value, params)
	}
	return checkForm(key, value, params)
}

// checkPlace is [Check] for addresses of every kind.
func checkPlace(key, value string, params problem.Params) error {
	switch key {
	case NotifyFrom, NotifyTo:
		if _, err := mail.ParseAddress(value); err != nil {
			return problem.Say(problem.Usage, "setting-address", params)
		}
	case SMTPHost:
		if value == "" || strings.ContainsAny(value, " /@") || strings.Count(value, ":") == 1 {
			return problem.Say(problem.Usage, "setting-host", params)
		}
	default:
		return checkURL(key, value, problem.Params{"setting": params["setting"]}) // without the value: that of a chat is a secret
	}
	return nil
}

// checkURL is [Check] for addresses of the web.
func checkURL(key, value string, params problem.Params) error {
	u, err := url.Parse(value)
	switch {
	case err == nil && u.User != nil:
		return problem.Say(problem.Usage, "setting-url.login", params)
	case key == PortalURL && !isPage(value):
		return problem.Say(problem.Usage, "portal-url", problem.Params{"value": value})
	case key == PortalURL, IsURL(value), key != MDMCertURL && IsReference(value):
		return nil
	}
	return problem.Say(problem.Usage, "setting-url", params)
}

// isPage tells whether a browser can open an address.
func isPage(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// checkForm is [Check] for numbers and for settings with few values.
func checkForm(key, value string, params problem.Params) error {
	const mostDays, mostPort = 3650, 65535
	switch key {
	case WarnDays, CriticalDays:
		return checkNumber(strings.TrimSuffix(value, "d"), 0, mostDays, params)
	case SMTPPort:
		return checkNumber(value, 1, mostPort, params)
	}
	choices := map[string][]string{
		NotifyAccount: {"true", "false"}, Disabled: {"true", "false"}, NotifyLang: {"en", "ja"},
		SMTPTLS: {"starttls", "tls", "none"}, Webhooks + "." + hookKind: {"slack", "teams", "json"},
	}[key]
	if choices != nil && !slices.Contains(choices, value) {
		params["choices"] = strings.Join(choices, ", ")
		return problem.Say(problem.Usage, "setting.choice", params)
	}
	return nil
}

func checkNumber(value string, least, most int, params problem.Params) error {
	if n, err := strconv.Atoi(value); err != nil || n < least || n > most || value[0] == '+' {
		params["least"], params["most"] = strconv.Itoa(least), strconv.Itoa(most)
		return problem.Say(problem.Usage, "setting.number", params)
	}
	return nil
}

// IsURL tells whether an address may be told anything: https, or http on this machine.
func IsURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && IsLoopback(u.Hostname())
}

// IsLoopbackURL tells whether an address is on this machine.
func IsLoopbackURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && IsLoopback(u.Hostname())
}

// IsLoopback tells whether a host is this machine.
func IsLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// IsReference tells whether a value says where a secret is.
func IsReference(value string) bool {
	kind, rest, found := strings.Cut(value, ":")
	return found && rest != "" && !strings.HasPrefix(rest, "//") && slices.Contains([]string{"env", "file", "command"}, kind)
}

// IsSealed tells whether a value is sealed in the config file.
func IsSealed(value string) bool {
	return lifecycle.IsSealed(value)
}
