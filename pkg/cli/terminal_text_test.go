package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/gofrs/flock"

	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// hostile is what somebody else may write into a name: it clears the screen, turns the
// direction, and begins a line that looks like ours.
const hostile = "x\x1b[2J\u202e\u2066\u0085\u2028\U000e0041\u009b\nok: apnsctl\x7f"

// JSON holds every character as it was given, and none that a terminal would obey.
func TestJSONEscapesWhatATerminalObeys(t *testing.T) {
	env := testEnv(msg.English)
	streams, out, _ := term.Test()
	env.IO, env.Global.Output = streams, OutputJSON
	if err := env.Result(map[string]string{"name": hostile}, nil); err != nil {
		t.Fatal(err)
	}
	s := env.Stream("names")
	line, err := document.Compact(hostile)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Element(line); err != nil {
		t.Fatal(err)
	}
	if err := s.End(struct{}{}); err != nil {
		t.Fatal(err)
	}
	for _, r := range out.String() {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%U is written as it is", r)
		}
	}
	decoder := json.NewDecoder(out)
	var one struct{ Result struct{ Name string } }
	var list struct{ Result struct{ Names []string } }
	if err := decoder.Decode(&one); err != nil || one.Result.Name != hostile {
		t.Errorf("%q, %v", one.Result.Name, err)
	}
	if err := decoder.Decode(&list); err != nil || len(list.Result.Names) != 1 || list.Result.Names[0] != hostile {
		t.Errorf("%q, %v", list.Result.Names, err)
	}
}

// Whatever a value holds, it adds no line to what is said about it.
func TestNoValueAddsALine(t *testing.T) {
	env := testEnv(msg.English)
	streams, _, errs := term.Test()
	env.IO = streams
	env.Complain(problem.Say(problem.InputUnreadable, "missing", problem.Params{"file": hostile}))
	env.Complain(problem.New(problem.FileDamaged, problem.Params{"file": hostile}))
	p := env.NewPage()
	p.Fields(page.Field{Label: "cn", Value: hostile}, page.Field{Label: "topics", Values: []string{"a", hostile}})
	for _, text := range []string{errs.String(), p.B.String()} {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "ok: apnsctl") {
				t.Errorf("a value has a line of its own:\n%s", text)
			}
		}
		if !strings.Contains(text, "\ufffd") {
			t.Errorf("the value is not there: %s", text)
		}
	}
}

func TestPortalURLIsAWebPage(t *testing.T) {
	for value, good := range map[string]bool{
		"https://identity.apple.com/pushcert/": true, "http://127.0.0.1:80/": true,
		"file:///etc/passwd": false, "javascript:alert(1)": false, "https:///": false, "calc.exe": false, "ssh://host/": false, "https//x": false,
	} {
		env := testEnv(msg.English)
		variables := map[string]string{"APNSCTL_PORTAL_URL": value, "HOME": t.TempDir()}
		env.Getenv = func(name string) string { return variables[name] }
		set, err := env.Settings(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := set.Portal()
		switch {
		case good && (err != nil || got != value):
			t.Errorf("%s: %q, %v", value, got, err)
		case !good && (err == nil || problem.Of(err).Key() != "usage.portal-url"):
			t.Errorf("%s: %q, %v", value, got, err)
		}
	}
}

// Somebody who waits for another apnsctl is told so, once, after a second.
func TestWaitingForTheLockIsTold(t *testing.T) {
	for name, row := range map[string]struct {
		held time.Duration
		want int
	}{
		"longer than a second": {lockNotice + 300*time.Millisecond, 1},
		"hardly":               {100 * time.Millisecond, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testEnv(msg.English)
			streams, _, errs := term.Test()
			path := filepath.Join(t.TempDir(), "config.yaml")
			env.IO, env.store = streams, state.Open(path)
			sealing, err := signing.NewUnsealed()
			if err != nil {
				t.Fatal(err)
			}
			if err := env.store.Create(t.Context(), &lifecycle.State{Version: lifecycle.Version, Sealing: sealing}); err != nil {
				t.Fatal(err)
			}
			lock := flock.New(path + ".lock")
			if err := lock.Lock(); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(row.held, func() { _ = lock.Unlock() })
			slow := func(*lifecycle.State) error { time.Sleep(lockNotice); return nil } // with the lock nobody waits
			if err := env.Update(t.Context(), slow); err != nil {
				t.Fatal(err)
			}
			if got := strings.Count(errs.String(), "waiting for another apnsctl"); got != row.want {
				t.Errorf("told %d times, want %d: %s", got, row.want, errs)
			}
		})
	}
}
