package setting

import (
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// good is a value for each setting, and bad are some that it does not take.
func good() map[string][]string {
	return map[string][]string{
		Organization: {"学校"}, AppleAccount: {"mdm@example.com"}, Email: {"mdm@example.com"}, Country: {"JP"},
		PortalURL: {"http://127.0.0.1:1/"}, WarnDays: {"90"}, CriticalDays: {"0"},
		MDMCertAccount: {"mdm@example.com"}, MDMCertKey: {"env:KEY"}, MDMCertURL: {"http://127.0.0.1:1/api"},
		NotifyFrom: {"MDM <mdm@example.com>"}, NotifyTo: {"a@example.com", "b@example.com"}, NotifyAccount: {"true"},
		NotifyLadder: {"30,7-1,0,-7"}, NotifyLang: {"ja"}, SMTPHost: {"::1"}, SMTPPort: {"65535"}, SMTPTLS: {"tls"},
		SMTPUsername: {"u"}, SMTPPassword: {"command:pass show smtp"}, NotifyPing: {"https://example.com/ping"},
		HookKey("a", "kind"): {"teams"}, HookKey("a", "url"): {"env:URL"}, HookKey("a", "secret"): {"file:/run/secret"},
		CredentialKey("a.b", "token"): {"command:az account get-access-token"},
	}
}

func bad() map[string][]string {
	return map[string][]string{
		Email: {"nobody"}, Country: {"JPN"}, PortalURL: {"file:///etc/passwd", "example.com", "https://u:p@example.com/"}, WarnDays: {"-1", "4000", "x", "", "+3"},
		MDMCertAccount: {"nobody"}, MDMCertURL: {"http://example.com/", "env:URL", "https://u:p@example.com/"},
		NotifyFrom: {"nobody", "a@b, c@d", ""}, NotifyTo: {"x@"}, NotifyAccount: {"yes", "1"}, NotifyLadder: {"7-", "x"},
		NotifyLang: {"fr", "EN"}, SMTPHost: {"", "a b", "smtp.example.com:25", "smtp://x"}, SMTPPort: {"0", "65536", "x"}, SMTPTLS: {"ssl"},
		NotifyPing: {"http://example.com/", "example.com", "https://u:p@example.com/"}, Organization: {"a\nb"},
		HookKey("a", "kind"): {"irc"}, HookKey("a", "url"): {"http://example.com/", "ftp://127.0.0.1/"},
	}
}

func TestEverySettingIsSetReadAndUnset(t *testing.T) {
	s := lifecycle.State{Servers: map[string]*lifecycle.Server{"a.b": {}}}
	tried := 0
	for _, key := range append(Keys(), HookKey("a", "kind"), HookKey("a", "url"), HookKey("a", "secret"), CredentialKey("a.b", "token")) {
		values := good()[key]
		if values == nil {
			t.Fatalf("no value for %s", key)
		}
		tried++
		if err := Set(&s, key, values); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		if got, err := Get(&s, key); err != nil || !slices.Equal(got, values) {
			t.Errorf("%s: %q, %v; want %q", key, got, err, values)
		}
		for _, value := range bad()[key] {
			if err := Set(&s, key, []string{value}); err == nil || problem.Of(err).Code != problem.Usage {
				t.Errorf("%s: %q is taken: %v", key, value, err)
			}
			if got, err := Get(&s, key); err != nil || !slices.Equal(got, values) {
				t.Errorf("%s: after %q there is %q, %v", key, value, got, err)
			}
		}
	}
	if len(s.Settings.Notify.Webhooks) != 1 || tried < 20 {
		t.Errorf("%d webhooks, %d settings", len(s.Settings.Notify.Webhooks), tried)
	}
	for _, key := range append(Keys(), Webhooks+".a", CredentialKey("a.b", "token")) {
		if err := Unset(&s, key); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	if got := fields(&s.Settings); len(s.Settings.Notify.Webhooks) != 0 || len(got) != len(Keys()) {
		t.Errorf("left are %+v", s.Settings.Notify.Webhooks)
	}
	for _, key := range Keys() {
		if got, err := Get(&s, key); err != nil || len(got) > 0 {
			t.Errorf("%s is still %q, %v", key, got, err)
		}
	}
}

// A user and a password are no fault of the scheme, and are not repeated.
func TestALoginInAnAddressIsNamed(t *testing.T) {
	for _, key := range []string{MDMCertURL, PortalURL, NotifyPing, HookKey("a", "url")} {
		err := Check(key, "https://me:hunter2@example.com/x")
		if err == nil || problem.Of(err).Key() != "usage.setting-url.login" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestAProfileHasSomeOfItsOwn(t *testing.T) {
	p := &lifecycle.Profile{}
	for key, value := range map[string]string{WarnDays: "90", CriticalDays: "20", NotifyTo: "a@example.com", NotifyLadder: "7,0", Disabled: "true"} {
		if err := SetOf(p, key, []string{value}); err != nil {
			t.Fatal(err)
		}
		if got, err := GetOf(p, key); err != nil || !slices.Equal(got, []string{value}) {
			t.Errorf("%s: %q, %v", key, got, err)
		}
	}
	for _, key := range ProfileKeys() {
		if err := SetOf(p, key, nil); err != nil {
			t.Error(err)
		}
	}
	if p.Notify != nil || p.WarnDays != nil || p.CriticalDays != nil {
		t.Errorf("left is %+v", p)
	}
	if err := SetOf(p, SMTPHost, []string{"x"}); err == nil || problem.Of(err).Key() != "usage.setting-not-of-profile" {
		t.Errorf("%v", err)
	}
}

func TestAMistypedKeyNamesItsNeighbours(t *testing.T) {
	for key, want := range map[string]string{
		"warn-days": WarnDays, "ladder": NotifyLadder, "smtp.host": SMTPHost, "notify.langauge": NotifyLang, "Organization": Organization,
		"notify.webhooks.ops.uri": HookKey("NAME", "url"), "notify.smtp.passwd": SMTPPassword, "to": NotifyTo, "": "",
	} {
		_, err := Get(&lifecycle.State{}, key)
		if err == nil || problem.Of(err).Key() != "usage.setting.unknown" || !strings.Contains(problem.Of(err).Params["nearest"], want) {
			t.Errorf("%q: %v, want %s", key, err, want)
		}
	}
}

func TestWhatHides(t *testing.T) {
	s := &lifecycle.State{}
	s.Settings.Notify.Webhooks = []lifecycle.Webhook{{Name: "chat", Kind: "slack"}, {Name: "own", Kind: "json"}}
	for _, row := range []struct {
		key, value string
		want       bool
	}{
		{SMTPPassword, "salmon", true},
		{SMTPPassword, "env:SMTP", false},
		{HookKey("own", "secret"), "salmon", true},
		{HookKey("chat", "url"), "https://example.com/x", true},
		{HookKey("chat", "url"), "http://127.0.0.1/x", false},
		{HookKey("chat", "url"), "env:URL", false},
		{HookKey("own", "url"), "https://example.com/x", false},
		{HookKey("new", "url"), "https://hooks.slack.com/services/T0/B0/x", true},
		{HookKey("own", "url"), "https://example.webhook.OFFICE.com/x", true},
		{HookKey("own", "url"), "https://prod-1.westeurope.logic.azure.com:443/workflows/x", true},
		{HookKey("own", "url"), "https://notslack.com/x", false},
		{NotifyPing, "https://example.com/x", false},
	} {
		if got := Hides(s, row.key, row.value); got != row.want {
			t.Errorf("%s %s: %v", row.key, row.value, got)
		}
	}
	for value, refused := range map[string]bool{"https://example.com/x": true, "http://127.0.0.1/x": false, "env:URL": false, "": false} {
		s.Settings.Notify.Webhooks[1].URL = value
		if err := Set(s, HookKey("own", "kind"), []string{"teams"}); (err != nil) != refused {
			t.Errorf("%q: %v", value, err)
		}
		if kind := s.Settings.Notify.Webhooks[1].Kind; refused && kind != "json" {
			t.Errorf("%q: the kind is %s", value, kind)
		}
		s.Settings.Notify.Webhooks[1].Kind = "json"
	}
	if IsReference("env:") || IsReference("https://x") || IsReference("file://x") || !IsReference("file:/x") || !IsReference("command:a b") {
		t.Error("references")
	}
}
