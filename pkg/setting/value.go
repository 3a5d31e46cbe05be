package setting

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// fields are the places of the settings: each a pointer.
func fields(s *lifecycle.Settings) map[string]any {
	n := &s.Notify
	return map[string]any{
		Organization: &s.Organization, AppleAccount: &s.AppleAccount, Email: &s.Email, Country: &s.Country, PortalURL: &s.PortalURL,
		WarnDays: &s.WarnDays, CriticalDays: &s.CriticalDays,
		MDMCertAccount: &s.MDMCert.Account, MDMCertKey: &s.MDMCert.Key, MDMCertURL: &s.MDMCert.URL,
		NotifyFrom: &n.From, NotifyTo: &n.To, NotifyAccount: &n.IncludeAppleAccount, NotifyLadder: &n.Ladder, NotifyLang: &n.Language,
		SMTPHost: &n.SMTP.Host, SMTPPort: &n.SMTP.Port, SMTPTLS: &n.SMTP.TLS, SMTPUsername: &n.SMTP.Username, SMTPPassword: &n.SMTP.Password,
		NotifyPing: &n.Ping,
	}
}

// profileFields are the places of a profile's own.
func profileFields(p *lifecycle.Profile, n *lifecycle.ProfileNotify) map[string]any {
	return map[string]any{
		WarnDays: &p.WarnDays, CriticalDays: &p.CriticalDays, NotifyTo: &n.To, NotifyLadder: &n.Ladder, Disabled: &n.Disabled,
	}
}

// hookField is the place of a webhook's field, which is made where create says so.
func hookField(s *lifecycle.Settings, key string, create bool) (any, bool) {
	name, field, ok := hookOf(key)
	if !ok || field == "" {
		return nil, false
	}
	list := &s.Notify.Webhooks
	i := slices.IndexFunc(*list, func(w lifecycle.Webhook) bool { return w.Name == name })
	if i < 0 {
		if !create {
			return new(string), true
		}
		*list, i = append(*list, lifecycle.Webhook{Name: name}), len(*list)
	}
	w := &(*list)[i]
	return map[string]any{hookKind: &w.Kind, hookURL: &w.URL, hookSecret: &w.Secret}[field], true
}

// place is where a setting stands; one that is none is [problem.Usage], sentence "setting.unknown".
func place(s *lifecycle.State, key string, create bool) (any, error) {
	if field, ok := fields(&s.Settings)[key]; ok {
		return field, nil
	}
	if field, ok := hookField(&s.Settings, key, create); ok {
		return field, nil
	}
	if server, name, ok := serverOf(key); ok {
		of, err := s.Server(server)
		return credential{of, name}, err
	}
	return nil, unknown(key, slices.Concat(Keys(), HookKeys(&s.Settings), ServerKeys(s), []string{HookKey("NAME", hookKind), HookKey("NAME", hookURL), HookKey("NAME", hookSecret)}))
}

// Get is what a state says of a setting; nothing where it says nothing.
func Get(s *lifecycle.State, key string) ([]string, error) {
	field, err := place(s, key, false)
	if err != nil {
		return nil, err
	}
	return read(field), nil
}

// Set changes a setting. Errors are those of [Check], and the one of a key that is none; then
// nothing has changed.
func Set(s *lifecycle.State, key string, values []string) error {
	if _, err := place(s, key, false); err != nil {
		return err
	}
	if err := cmp.Or(checkAll(key, values), exposes(s, key, values)); err != nil {
		return err
	}
	field, err := place(s, key, true)
	if err == nil {
		err = write(key, field, values)
	}
	return err
}

// Unset removes a setting, or a whole webhook, from a state.
func Unset(s *lifecycle.State, key string) error {
	if name, field, ok := hookOf(key); ok && field == "" {
		hooks := &s.Settings.Notify.Webhooks
		*hooks = slices.DeleteFunc(*hooks, func(w lifecycle.Webhook) bool { return w.Name == name })
		return nil
	}
	field, err := place(s, key, false)
	if err == nil {
		err = write(key, field, nil)
	}
	return err
}

// GetOf is [Get] of what a profile has of its own.
func GetOf(p *lifecycle.Profile, key string) ([]string, error) {
	n := own(p)
	field, ok := profileFields(p, &n)[key]
	if !ok {
		return nil, unknownOf(key)
	}
	return read(field), nil
}

// SetOf is [Set] of what a profile has of its own. No values remove it.
func SetOf(p *lifecycle.Profile, key string, values []string) error {
	n := own(p)
	field, ok := profileFields(p, &n)[key]
	if !ok {
		return unknownOf(key)
	}
	if err := checkAll(key, values); err != nil {
		return err
	}
	if err := write(key, field, values); err != nil {
		return err
	}
	p.Notify = &n
	if len(n.To) == 0 && n.Ladder == "" && !n.Disabled {
		p.Notify = nil
	}
	return nil
}

func unknownOf(key string) error {
	if slices.Contains(Keys(), key) {
		return problem.Say(problem.Usage, "setting-not-of-profile", problem.Params{"setting": key, "settings": strings.Join(ProfileKeys(), ", ")})
	}
	return unknown(key, ProfileKeys())
}

func own(p *lifecycle.Profile) lifecycle.ProfileNotify {
	if p.Notify == nil {
		return lifecycle.ProfileNotify{}
	}
	return *p.Notify
}

func checkAll(key string, values []string) error {
	for _, v := range values {
		if err := Check(key, v); err != nil {
			return err
		}
	}
	return nil
}

// read is what stands at a place.
func read(field any) []string {
	switch f := field.(type) {
	case *[]string:
		return slices.Clone(*f)
	case **int:
		if *f != nil {
			return []string{strconv.Itoa(**f)}
		}
	case **bool:
		if *f != nil {
			return []string{strconv.FormatBool(**f)}
		}
	case *bool:
		if *f {
			return []string{"true"}
		}
	case *string:
		if *f != "" {
			return []string{*f}
		}
	case credential:
		if value := f.of.Credentials[f.name]; value != "" {
			return []string{value}
		}
	}
	return nil
}

// write puts checked values at a place; none clear it.
func write(key string, field any, values []string) error {
	if list, ok := field.(*[]string); ok {
		*list = slices.Clone(values)
		return nil
	}
	if len(values) > 1 {
		return problem.Say(problem.Usage, "setting-one", problem.Params{"setting": key})
	}
	value := strings.Join(values, "")
	switch f := field.(type) {
	case **int:
		if *f = nil; value != "" {
			n, err := strconv.Atoi(strings.TrimSuffix(value, "d"))
			if err != nil {
				return err
			}
			*f = &n
		}
	case **bool:
		if *f = nil; value != "" {
			*f = new(value == "true")
		}
	case *bool:
		*f = value == "true"
	case *string:
		*f = value
	case credential:
		f.write(value)
	}
	return nil
}

// Put is [Set] of a value that was checked before it was sealed.
func Put(s *lifecycle.State, key, value string) error {
	field, err := place(s, key, true)
	if err == nil {
		err = write(key, field, []string{value})
	}
	return err
}

// SplitList takes a text apart at its commas.
func SplitList(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// IsList tells whether a setting takes several values.
func IsList(key string) bool { return key == NotifyTo }

// Hides tells whether a value must not be read by others: a secret that is no reference, or the
// address of a chat, for whoever has that can write there. That of this machine, and of one's own
// service, whose texts are signed, is none.
func Hides(s *lifecycle.State, key, value string) bool {
	if IsSecret(key) {
		return !IsReference(value)
	}
	name, field, ok := hookOf(key)
	return ok && field == hookURL && isOpen(value) && (ofChat(value) || slices.ContainsFunc(s.Settings.Notify.Webhooks, func(w lifecycle.Webhook) bool {
		return w.Name == name && isChat(w.Kind)
	}))
}

// exposes refuses to make a chat of a webhook whose address was taken as that of a service of one's own,
// and can be read.
func exposes(s *lifecycle.State, key string, values []string) error {
	name, field, _ := hookOf(key)
	if kind := strings.Join(values, ""); field == hookKind && isChat(kind) {
		for _, w := range s.Settings.Notify.Webhooks {
			if w.Name == name && isOpen(w.URL) {
				return problem.Say(problem.Usage, "webhook-plain", problem.Params{"webhook": name, "kind": kind})
			}
		}
	}
	return nil
}

// isChat tells whether the address of a kind of webhook is all that it takes to write there.
func isChat(kind string) bool { return kind == "slack" || kind == "teams" }

// isOpen tells whether a value is an address that can be read, and is not of this machine.
func isOpen(value string) bool { return IsURL(value) && !IsLoopbackURL(value) }

// ofChat tells whether an address is one of Slack, or of the workflows and connectors of Teams.
func ofChat(address string) bool {
	u, err := url.Parse(address)
	return err == nil && slices.ContainsFunc(
		[]string{"slack.com", "slack-gov.com", "office.com", "office365.com", "logic.azure.com", "logic.azure.us", "powerplatform.com", "powerplatform.us"},
		func(domain string) bool { return strings.HasSuffix("."+strings.ToLower(u.Hostname()), "."+domain) },
	)
}

// MayBeSealed tells whether a value of a setting may be sealed: a secret, or the address of a webhook.
func MayBeSealed(key string) bool {
	_, field, ok := hookOf(key)
	return IsSecret(key) || ok && field == hookURL
}
