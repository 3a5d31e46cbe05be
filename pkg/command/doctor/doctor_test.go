package doctor

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

func TestNewDoctor(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       doctorOptions
		code       problem.Code
	}{
		{name: "nothing"},
		{
			name: "every flag",
			args: "--offline --unlock --strict --sandbox --endpoint e --port 2197 --ca-file c --proxy p --passphrase-file pp --identity i",
			want: doctorOptions{
				UnlockOptions: cli.UnlockOptions{PassphraseFile: "pp", Identity: "i"}, offline: true, ask: true, strict: true,
				route: cli.RouteOptions{Sandbox: true, Endpoint: "e", Port: 2197, CaFile: "c", Proxy: "p"},
			},
		},
		{name: "two arguments", args: "acme beta", code: problem.Usage},
		{name: "a port that is none", args: "--port x", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			var got doctorOptions
			err := clitest.Parse(t, env, New(env, func(_ context.Context, o *doctorOptions) error { got = *o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			got.Env = nil
			if got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

// told is what a check comes to: its status, and the keys of what it says.
func told(c check) string {
	words := []string{string(c.status)}
	for _, s := range c.seen {
		words = append(words, s.key)
	}
	for _, f := range c.faults {
		key := f.key
		if f.problem != nil {
			key = strings.Trim(f.problem.Key()+"/"+f.key, "/")
		}
		words = append(words, "!"+key)
	}
	return strings.Join(words, " ")
}

// wantCheck compares a check, and has it said in both languages with no value missing.
func wantCheck(t *testing.T, c check, want string, exit problem.Exit) {
	t.Helper()
	if got := told(c); got != want || c.exit != exit {
		t.Errorf("got  %s (%d)\nwant %s (%d)", got, c.exit, want, exit)
	}
	for _, lang := range clitest.Languages() {
		env := clitest.Env(lang)
		v := checkView(env, c)
		p := &cli.Page{Env: env}
		worst, _ := gravest([]check{c}, false)
		writeDoctor(p, []check{c}, worst)
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
		if failed := c.status == checkWarning || c.status == checkCritical; failed && (v.Cause == "" || v.Hint == "") || v.Detail == "" {
			t.Errorf("%s: detail, cause or hint is missing: %+v", lang, v)
		}
	}
}

func TestTheGravestDecides(t *testing.T) {
	ok, skip, warn := check{status: checkOK}, check{status: checkSkipped}, check{status: checkWarning}
	critical := func(exit problem.Exit) check { return check{status: checkCritical, exit: exit} }
	for _, row := range []struct {
		name   string
		checks []check
		strict bool
		worst  checkStatus
		exit   problem.Exit
	}{
		{"nothing wrong", []check{ok, skip}, true, checkOK, 0},
		{"a warning", []check{ok, warn}, false, checkWarning, 0},
		{"a warning, strictly", []check{warn, ok}, true, checkWarning, 5},
		{"network before warnings", []check{warn, critical(8)}, true, checkCritical, 8},
		{"APNs before network", []check{critical(8), critical(7)}, false, checkCritical, 7},
		{"a look before APNs", []check{critical(7), critical(3)}, false, checkCritical, 3},
		{"the file before all", []check{critical(3), critical(7), critical(6), critical(8)}, true, checkCritical, 6},
	} {
		if worst, exit := gravest(row.checks, row.strict); worst != row.worst || exit != row.exit {
			t.Errorf("%s: %s, %d", row.name, worst, exit)
		}
	}
}

// Phrases are asked for by literals in the sources: none may be missing, none left over.
func TestEveryPhraseOfTheDoctorIsAskedFor(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var source strings.Builder
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(data)
		}
	}
	for _, key := range (msg.Printer{Lang: msg.English}).Keys() {
		rest, ok := strings.CutPrefix(key, "doctor.seen.")
		if !ok {
			if rest, ok = strings.CutPrefix(key, "doctor.fault."); !ok {
				continue
			}
			rest = rest[:strings.LastIndexByte(rest, '.')]
		}
		if !strings.Contains(source.String(), `"`+rest+`"`) {
			t.Errorf("nobody asks for %s", key)
		}
	}
}
