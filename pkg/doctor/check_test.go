package doctor

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// english is an environment in which sentences are English.
func english() *cli.Env { return clitest.Env(clitest.Languages()[0]) }

// quote writes a value as the commands of hints have it.
func quote(s string) string { return cli.Quoted([]string{s})[0] }

// told is what a check comes to: its status, and the keys of what it says.
func told(c Check) string {
	words := []string{string(c.Status)}
	for _, s := range c.Seen {
		words = append(words, s.Key)
	}
	for _, f := range c.Causes {
		key := f.Key
		if f.Problem != nil {
			key = strings.Trim(f.Problem.Key()+"/"+f.Key, "/")
		}
		words = append(words, "!"+key)
	}
	return strings.Join(words, " ")
}

// said is what the catalogue makes of a check.
func said(e *cli.Env, c Check) (detail, cause, hint string) {
	for _, s := range c.Seen {
		detail += e.T("doctor.seen."+s.Key, s.Params)
	}
	for _, f := range c.Causes {
		if f.Problem != nil {
			cause += e.Sentence(f.Problem.Key(), f.Values())
		} else if _, ok := e.Msg.Lookup("doctor.causes." + f.Key + ".text"); ok {
			cause += e.T("doctor.causes."+f.Key+".text", f.Params)
		}
		if f.Key != "" {
			hint += e.T("doctor.causes."+f.Key+".hint", f.Values())
		} else {
			hint += e.Hint(f.Problem.Key(), f.Values())
		}
	}
	return detail, cause, hint
}

// wantCheck compares a check, and has it said in both languages with no value missing.
func wantCheck(t *testing.T, c Check, want string, exit problem.Exit) {
	t.Helper()
	if got := told(c); got != want || c.Exit != exit {
		t.Errorf("got  %s (%d)\nwant %s (%d)", got, c.Exit, want, exit)
	}
	for _, lang := range clitest.Languages() {
		detail, cause, hint := said(clitest.Env(lang), c)
		for _, text := range []string{detail, cause, hint} {
			if strings.Contains(text, "doctor.") && !strings.Contains(text, "apnsctl doctor") || regexp.MustCompile(`\{[a-z_]+\}`).MatchString(text) {
				t.Errorf("%s: %q", lang, text)
			}
		}
		if failed := c.Status == Warning || c.Status == Critical; failed && (cause == "" || hint == "") || detail == "" {
			t.Errorf("%s: detail, cause or hint is missing: %q, %q, %q", lang, detail, cause, hint)
		}
	}
}

func TestTheGravestDecides(t *testing.T) {
	ok, skip, warn := Check{Status: OK}, Check{Status: Skipped}, Check{Status: Warning}
	critical := func(exit problem.Exit) Check { return Check{Status: Critical, Exit: exit} }
	for _, row := range []struct {
		name   string
		checks []Check
		strict bool
		worst  Status
		exit   problem.Exit
	}{
		{"nothing wrong", []Check{ok, skip}, true, OK, 0},
		{"a warning", []Check{ok, warn}, false, Warning, 0},
		{"a warning, strictly", []Check{warn, ok}, true, Warning, 5},
		{"network before warnings", []Check{warn, critical(8)}, true, Critical, 8},
		{"APNs before network", []Check{critical(8), critical(7)}, false, Critical, 7},
		{"a look before APNs", []Check{critical(7), critical(3)}, false, Critical, 3},
		{"the file before all", []Check{critical(3), critical(7), critical(6), critical(8)}, true, Critical, 6},
	} {
		if worst, exit := Gravest(row.checks, row.strict); worst != row.worst || exit != row.exit {
			t.Errorf("%s: %s, %d", row.name, worst, exit)
		}
	}
}

// Phrases are asked for by literals in the sources: none may be missing, none left over.
func TestEveryPhraseOfTheDoctorIsAskedFor(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 12 {
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
	for _, key := range english().Msg.Keys() {
		rest, ok := strings.CutPrefix(key, "doctor.seen.")
		if !ok {
			if rest, ok = strings.CutPrefix(key, "doctor.causes."); !ok {
				continue
			}
			rest = rest[:strings.LastIndexByte(rest, '.')]
		}
		if !strings.Contains(source.String(), `"`+rest+`"`) {
			t.Errorf("nobody asks for %s", key)
		}
	}
}
