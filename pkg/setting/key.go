package setting

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The keys of settings that have one value.
const (
	Organization   = "organization"
	AppleAccount   = "apple_account"
	Email          = "email"
	Country        = "country"
	PortalURL      = "portal_url"
	WarnDays       = "warn_days"
	CriticalDays   = "critical_days"
	MDMCertAccount = "mdmcert.account"
	MDMCertKey     = "mdmcert.key"
	MDMCertURL     = "mdmcert.url"
	NotifyFrom     = "notify.from"
	NotifyTo       = "notify.to"
	NotifyAccount  = "notify.include_apple_account"
	NotifyLadder   = "notify.ladder"
	NotifyLang     = "notify.language"
	SMTPHost       = "notify.smtp.host"
	SMTPPort       = "notify.smtp.port"
	SMTPTLS        = "notify.smtp.tls"
	SMTPUsername   = "notify.smtp.username"
	SMTPPassword   = "notify.smtp.password" //nolint:gosec // its name alone
	NotifyPing     = "notify.ping"
	// Disabled is one that profiles alone have.
	Disabled = "notify.disabled"
	// Webhooks is what the keys of a webhook begin with; its name and a field follow.
	Webhooks = "notify.webhooks"
)

// The fields of a webhook.
const (
	hookKind   = "kind"
	hookURL    = "url"
	hookSecret = "secret"
)

// Keys are all settings that have one value, in the order in which they are shown.
func Keys() []string {
	return []string{
		Organization, AppleAccount, Email, Country, PortalURL, WarnDays, CriticalDays,
		MDMCertAccount, MDMCertKey, MDMCertURL,
		NotifyFrom, NotifyTo, NotifyAccount, NotifyLadder, NotifyLang,
		SMTPHost, SMTPPort, SMTPTLS, SMTPUsername, SMTPPassword, NotifyPing,
	}
}

// ProfileKeys are those that a profile can have of its own.
func ProfileKeys() []string {
	return []string{WarnDays, CriticalDays, NotifyTo, NotifyLadder, Disabled}
}

// HookKeys are the keys of a state's webhooks.
func HookKeys(s *lifecycle.Settings) []string {
	var keys []string
	for _, w := range s.Notify.Webhooks {
		for _, field := range []string{hookKind, hookURL, hookSecret} {
			keys = append(keys, HookKey(w.Name, field))
		}
	}
	return keys
}

// HookKey is the key of a webhook's field.
func HookKey(name, field string) string { return Webhooks + "." + name + "." + field }

// IsSecret tells whether the value of a setting must not be read by others.
func IsSecret(key string) bool {
	_, field, hook := hookOf(key)
	_, _, server := serverOf(key)
	return key == SMTPPassword || key == MDMCertKey || hook && field == hookSecret || server
}

// hookOf takes the key of a webhook apart. The field is empty where the whole webhook is meant.
func hookOf(key string) (name, field string, ok bool) {
	rest, found := strings.CutPrefix(key, Webhooks+".")
	if !found || rest == "" {
		return "", "", false
	}
	for _, field := range []string{hookKind, hookURL, hookSecret} {
		if name, found := strings.CutSuffix(rest, "."+field); found {
			return name, field, name != ""
		}
	}
	return rest, "", !strings.Contains(rest, ".")
}

// unknown is the problem of a key that is none, with those that are nearest. What stands behind an equals sign was
// meant for its value, which may be a secret.
func unknown(key string, keys []string) error {
	key, _, _ = strings.Cut(key, "=")
	return problem.Say(problem.Usage, "setting.unknown", problem.Params{"setting": key, "nearest": strings.Join(nearest(key, keys), ", ")})
}

// nearest are the keys most like another, three at most.
func nearest(key string, keys []string) []string {
	const most = 3
	key = strings.ToLower(strings.ReplaceAll(key, "-", "_"))
	far := func(k string) int {
		last := k[strings.LastIndexByte(k, '.')+1:]
		d := min(distance(key, k), distance(key, last)+1, distance(key[strings.LastIndexByte(key, '.')+1:], last)+1)
		if strings.HasSuffix(k, "."+key) {
			d = 0
		}
		return d
	}
	sorted := slices.SortedStableFunc(slices.Values(keys), func(a, b string) int { return cmp.Compare(far(a), far(b)) })
	best := far(sorted[0])
	return slices.DeleteFunc(sorted[:min(most, len(sorted))], func(k string) bool { return far(k) > best+2 })
}

// distance is how many characters have to be put in, left out or changed (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost = min(before, row[j], row[j+1]) + 1
			}
			before, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
