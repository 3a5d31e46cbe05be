package state_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/google/go-cmp/cmp"
)

func TestDecodeRefuses(t *testing.T) {
	many := "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
	for _, row := range []struct{ name, text, want, line, key string }{
		{"nothing", "", "state-damaged.empty", "", ""},
		{"a comment alone", "# x\n", "state-damaged.empty", "", ""},
		{"a scalar", "hello\n", "state-damaged.version-missing", "1", ""},
		{"a list", "- version\n- b\n- c\n", "state-damaged.version-missing", "1", ""},
		{"no version", "settings: {}\n", "state-damaged.version-missing", "1", ""},
		{"a version in words", "version: one\n", "state-damaged.version", "1", "version"},
		{"version 0", "version: 0\n", "state-damaged.version", "1", "version"},
		{"a negative version", "version: -1\n", "state-damaged.version", "1", "version"},
		{"a newer version", "version: 7\nwhatever: 1\n", "state-newer", "", ""},
		{"bad YAML", "version: 1\nsettings: [\n", "state-damaged.syntax", "2", ""},
		{"two documents", "version: 1\n---\nversion: 1\n", "state-damaged.documents", "", ""},
		{"another encoding", "version: 1\nsettings: {organization: \xff}\n", "state-damaged.encoding", "", ""},
		{"an unknown key", "version: 1\nx: 1\n", "state-damaged.unknown-key", "2", "x"},
		{"an unknown key in a profile", "version: 1\nprofiles:\n  a:\n    typo: 1\n", "state-damaged.unknown-key", "4", "profiles.a.typo"},
		{"a key of another case", "version: 1\nSettings: {}\n", "state-damaged.unknown-key", "2", "Settings"},
		{"the same key twice", "version: 1\nsettings:\n  email: en\n  email: ja\n", "state-damaged.duplicate-key", "4", "settings.email"},
		{"one name, two spellings", "version: 1\nprofiles:\n  1: {email: a}\n  \"1\": {email: b}\n", "state-damaged.duplicate-key", "4", "profiles.1"},
		{"text for a number", "version: 1\nsettings:\n  warn_days: soon\n", "state-damaged.wrong-type", "3", "settings.warn_days"},
		{"a number for a truth", "version: 1\nprofiles:\n  a: {shared: 1}\n", "state-damaged.wrong-type", "3", "profiles.a.shared"},
		{"a fraction for a number", "version: 1\nsettings:\n  warn_days: 1.5\n", "state-damaged.wrong-type", "3", "settings.warn_days"},
		{"a list for text", "version: 1\nsettings:\n  email: [en]\n", "state-damaged.wrong-type", "3", "settings.email"},
		{"a list that is called text", "version: 1\nsettings:\n  email: !!str [en]\n", "state-damaged.wrong-type", "3", "settings.email"},
		{"a mapping that is called text", "version: 1\nsettings:\n  email: !!str {en: ja}\n", "state-damaged.wrong-type", "3", "settings.email"},
		{"a list for a number", "version: 1\nsettings:\n  warn_days: !!int [1]\n", "state-damaged.wrong-type", "3", "settings.warn_days"},
		{"binary for text", "version: 1\nsettings:\n  email: !!binary ZW4=\n", "state-damaged.wrong-type", "3", "settings.email"},
		{"text for a mapping", "version: 1\nsettings: x\n", "state-damaged.wrong-type", "2", "settings"},
		{"text for a list", "version: 1\nsealing:\n  recipients: age1\n", "state-damaged.wrong-type", "3", "sealing.recipients"},
		{"a date that is none", "version: 1\nprofiles: {a: {history: [{at: yesterday}]}}\n", "state-damaged.wrong-type", "2", "profiles.a.history.0.at"},
		{"a tag", "version: 1\nsettings: !other {}\n", "state-damaged.wrong-type", "2", "settings"},
		{"an anchor", "version: 1\nsettings: &a {email: en}\n", "state-damaged.alias", "2", "settings"},
		{"an alias", "version: 1\nprofiles:\n  a: &x {email: a}\n  b: *x\n", "state-damaged.alias", "3", "profiles.a"},
		{"a merge key", "version: 1\nsettings:\n  <<: {email: en}\n", "state-damaged.alias", "3", "settings"},
		{"many aliases", "version: 1\n" + many, "state-damaged.unknown-key", "2", "a"},
		{"a profile of nothing", "version: 1\nprofiles:\n  a:\n", "state-damaged.empty-entry", "3", "profiles.a"},
		{"a profile without a name", "version: 1\nprofiles:\n  \"\": {}\n", "state-damaged.bad-name", "3", "profiles."},
		{"a name of two lines", "version: 1\nprofiles:\n  \"a\\nb\": {}\n", "state-damaged.bad-name", "3", "profiles.a\nb"},
		{"a key that is a list", "version: 1\nprofiles:\n  [a]: {}\n", "state-damaged.key-type", "3", "profiles"},
		{"a key that is null", "version: 1\nprofiles:\n  ~: {}\n", "state-damaged.key-type", "3", "profiles"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, err := state.Decode([]byte(row.text))
			p := wantCode(t, err, row.want)
			if s != nil || p.Params["line"] != row.line || p.Params["key"] != row.key {
				t.Errorf("state %v, params %v; want line %q, key %q", s, p.Params, row.line, row.key)
			}
		})
	}
}

func TestDecodeQuotesNoValue(t *testing.T) {
	const secret = "AGE-SECRET-KEY-1EXAMPLE"
	for _, text := range []string{
		"version: 1\nsealing: " + secret, "version: 1\nsettings: {warn_days: " + secret + "}",
		"version: 1\nsealing:\n  unsealed_identity: " + secret + "\n bad: [" + secret, secret, "version: " + secret,
	} {
		if _, err := state.Decode([]byte(text)); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("error is %v", err)
		}
	}
}

func TestDecodeNewerNamesBothVersions(t *testing.T) {
	_, err := state.Decode([]byte("version: 7\n"))
	p := wantCode(t, err, "state-newer")
	if p.Params["version"] != "7" || p.Params["supported"] != "1" {
		t.Errorf("params %v", p.Params)
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	days := 0
	s := fleet(2)
	s.Settings.WarnDays = &days
	for _, name := range []string{
		"Acme", "acme", "a.b:c", "株式会社 サンプル", "yes", "null", "~", "2027", "1.5", "<<", "- x", "# x", "'", `"`, " edge ", "{}", "*a", "&a",
		"!t", "%", "@", "`", "?", "a: b", "a #b", "\u3000", strings.Repeat("long", 100), "2026-01-02T03:04:05Z", "0x10", "=", "\u2028", "\ufeffx",
	} {
		s.Profiles[name] = &lifecycle.Profile{Remarks: name}
	}
	for i, remarks := range []string{
		"", "\n", "\n\n", "a\n", "a\n\n", " a\nb", "a\n b \n", "\ta\nb", "a\r\nb\r\n", "a\rb", "\u0085", "a\u2028\nb", "# a\n# b", "a\n# b\n", "\x00\x1b",
		"---\nversion: 1\n", "...\n", "null", "NO", "\\n", "\ufeff", "a\n\ufeffb", "\U0001F600\n全角\n", "|\n  x", "\n a",
	} {
		s.Profiles["remarks"+string(rune('a'+i))] = &lifecycle.Profile{Remarks: remarks, History: []lifecycle.Event{{By: remarks}}}
	}
	s.Profiles["time"] = &lifecycle.Profile{History: []lifecycle.Event{
		{At: time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 9*3600))}, {}, {At: time.Now()},
	}}
	data, err := state.Encode(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := state.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(state.Canonical(s), got); diff != "" {
		t.Error(diff)
	}
	again, err := state.Encode(nil, got)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same state makes other bytes (%v)", err)
	}
}

func TestNothingLargerIsWrittenThanIsRead(t *testing.T) {
	wantCode(t, state.TooLarge(), "usage.unfit-size")
}

func TestEncodeRefusesWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*lifecycle.State)
		want   string
	}{
		"a profile of nothing":     {func(s *lifecycle.State) { s.Profiles["x"] = nil }, "internal"},
		"a profile without a name": {func(s *lifecycle.State) { s.Profiles[""] = profile() }, "usage.unfit"},
		"a name with a tabulator":  {func(s *lifecycle.State) { s.Profiles["a\tb"] = profile() }, "usage.unfit"},
		"bytes that are no text":   {func(s *lifecycle.State) { s.Settings.Organization = "\xff" }, "usage.unfit"},
		"a text of a mebibyte":     {func(s *lifecycle.State) { s.Settings.Organization = strings.Repeat("x", 1<<20+1) }, "usage.unfit"},
		"a name of no text":        {func(s *lifecycle.State) { s.Profiles["\xff"] = profile() }, "usage.unfit"},
	} {
		t.Run(name, func(t *testing.T) {
			s := fleet(1)
			old, err := state.Encode(nil, s)
			if err != nil {
				t.Fatal(err)
			}
			row.change(s)
			for _, before := range [][]byte{nil, old} {
				text, err := state.Encode(before, s)
				wantCode(t, err, row.want)
				if text != nil {
					t.Error("text with an error")
				}
			}
		})
	}
}

func TestFreshFileSaysWhatItIs(t *testing.T) {
	data, err := state.Encode(nil, fleet(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# This file is apnsctl's", "sealed", "\n    -----BEGIN AGE ENCRYPTED FILE-----\n", "country: \"NO\"\n"} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %q", want)
		}
	}
}
