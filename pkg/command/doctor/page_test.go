package doctor

import (
	"regexp"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// sample is a value for each that a phrase of the doctor names.
func sample(text string) problem.Params {
	values := problem.Params{
		"command": "apnsctl doctor --sandbox", "path": "/home/a b/.config/apnsctl/config.yaml", "host": "api.push.apple.com:2197",
		"not_before": "2026-01-01", "not_after": "2026-12-31", "addresses": "192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4",
	}
	for _, m := range regexp.MustCompile(`\{([a-z_]+)\}`).FindAllStringSubmatch(text, -1) {
		if values[m[1]] == "" {
			values[m[1]] = "12"
		}
	}
	return values
}

// everyCheck has each phrase of the catalogue in a check: alone, or with the words of a
// problem where the catalogue has a hint and no cause.
func everyCheck() []doctor.Check {
	var all []doctor.Check
	p := msg.Printer{Lang: msg.English}
	for _, key := range p.Keys() {
		text, _ := p.Lookup(key)
		if seen, ok := strings.CutPrefix(key, "doctor.seen."); ok {
			for _, status := range []doctor.Status{doctor.OK, doctor.Skipped} {
				all = append(all, doctor.Check{Name: "permissions", Status: status, Seen: []doctor.Sight{{Key: seen, Params: sample(text)}}})
			}
		}
		name, ok := strings.CutSuffix(key, ".hint")
		if called, is := strings.CutPrefix(name, "doctor.causes."); ok && is {
			cause, told := p.Lookup(name + ".text")
			f := doctor.Cause{Key: called, Params: sample(text + cause)}
			if !told {
				f.Problem = problem.Say(problem.APNsUnreachable, "timeout", problem.Params{"host": "h:443"})
			}
			all = append(all, faulty(doctor.Warning, f))
		}
	}
	values := problem.Params{
		"path": "/c", "version": "9", "supported": "1", "line": "3", "host": "h:443", "proxy": "p:1", "status": "403", "name": "h",
		"profile": "acme", "owner": "acme", "detail": "x",
	}
	for _, sentence := range []problem.Error{
		{Code: problem.StateDamaged, Text: "state-damaged.syntax"},
		{Code: problem.StateDamaged, Text: "state-damaged.certificate"},
		{Code: problem.StateDamaged, Text: "state-damaged.sealed-key"},
		{Code: problem.StateNewer},
		{Code: problem.StateUnreadable},
		{Code: problem.KeyMismatch, Text: "key-mismatch.stored"},
		{Code: problem.KeyTampered},
		{Code: problem.PassphraseWrong, Text: "passphrase-wrong.identity"},
		{Code: problem.APNsUnreachable, Text: "apns-unreachable.proxy-refused"},
		{Code: problem.APNsUnreachable, Text: "apns-unreachable.name"},
		{Code: problem.APNsTLS, Text: "apns-tls.server-untrusted"},
		{Code: problem.APNsTLS, Text: "apns-tls.not-tls"},
		{Code: problem.APNsTLS, Text: "apns-tls.certificate-unknown"},
		{Code: problem.APNsProtocol, Text: "apns-protocol.no-http2"},
		{Code: problem.APNsRefused, Text: "apns-refused.certificate-expired"},
		{Code: problem.APNsRefused, Text: "apns-refused.key-differs"},
	} {
		sentence.Params = values
		all = append(all, faulty(doctor.Critical, doctor.Cause{Problem: &sentence, About: "acme"}))
	}
	return all
}

// faulty is a check with what is wrong.
func faulty(status doctor.Status, f doctor.Cause) doctor.Check {
	seen := []doctor.Sight{{Key: "port.closed"}}
	return doctor.Check{Name: doctor.Port + "443", Status: status, Seen: seen, Causes: []doctor.Cause{f}}
}

// Whatever the catalogue says of a check fits the page, and no value of it is missing.
func TestEveryPhraseFitsThePage(t *testing.T) {
	checks := everyCheck()
	if len(checks) < 100 {
		t.Fatalf("only %d checks: the search is broken", len(checks))
	}
	for _, lang := range clitest.Languages() {
		for _, c := range checks {
			env := clitest.Env(lang)
			v := checkView(env, c)
			p := env.NewPage()
			worst, _ := doctor.Gravest([]doctor.Check{c}, false)
			writeDoctor(p, []doctor.Check{c}, worst)
			for _, text := range []string{v.Detail, v.Cause, v.Hint, p.B.String()} {
				if strings.Contains(text, "doctor.") && !strings.Contains(text, "apnsctl doctor") || regexp.MustCompile(`\{[a-z_]+\}`).MatchString(text) {
					t.Errorf("%s: %q", lang, text)
				}
			}
			for line := range strings.Lines(p.B.String()) {
				if w := term.Width(strings.TrimSuffix(line, "\n")); w > term.Columns && !strings.Contains(line, "/") {
					t.Errorf("%d columns: %s", w, line)
				}
			}
			if failed := len(c.Causes) > 0; failed && (v.Cause == "" || v.Hint == "") || v.Detail == "" {
				t.Errorf("%s: detail, cause or hint is missing: %+v", lang, v)
			}
		}
	}
}
