package command_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// TestVerifyRequestIsThePortal uploads damaged and foreign requests and shows the same bytes to
// verify: it ends with 0 exactly for what the portal takes. Where that is because nobody knows what
// Apple does, it warns; where not, the hint fits a request. inspect finds the same.
func TestVerifyRequestIsThePortal(t *testing.T) {
	t.Parallel()
	w := newPortalWorld(t)
	cases := requestCases(t, w)
	const enough = 60
	taken := 0
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			c := cases[name]
			status, answer := w.post(t, "/certificates", c.file)
			answer = answer[:min(len(answer), 90)]
			if status == http.StatusCreated {
				taken++
			}
			exit, found := w.findings(t, c.file, "verify")
			if (status == http.StatusCreated) != (exit == 0) {
				t.Fatalf("the portal answers %d (%s), verify ends with %d: %v", status, answer, exit, found)
			}
			if accepted := status == http.StatusCreated; accepted != (c.expect != refusedByAll) {
				t.Errorf("the portal answers %d (%s), which is not what this case shows: %v", status, answer, found)
			}
			c.compare(t, found)
			if _, inspected := w.findings(t, c.file, "inspect"); !slices.EqualFunc(inspected, found, sameFinding) && !onlyWrongKind(found) {
				t.Errorf("inspect finds %v, verify %v", inspected, found)
			}
		})
	}
	t.Logf("%d requests, of which the portal takes %d", len(cases), taken)
	if len(cases) < enough || taken == 0 || taken == len(cases) {
		t.Errorf("%d requests, of which the portal takes %d; at least %d are wanted, of both kinds", len(cases), taken, enough)
	}
}

// compare holds the findings against what a case shows.
func (c requestCase) compare(t *testing.T, found []requestFinding) {
	t.Helper()
	warned := 0
	for _, f := range found {
		if f.Code == "simulated" {
			continue
		}
		warned++
		if strings.HasPrefix(f.Code, "pem-") || strings.Contains(f.Hint, "export") {
			t.Errorf("of a request it says %s, %q", f.Code, f.Hint)
		}
		if f.Hint == "" {
			t.Errorf("%s says not what to do", f.Code)
		}
	}
	if (warned == 0) != (c.expect == takenByAll) {
		t.Errorf("findings %v", found)
	}
	if c.code != "" && !slices.ContainsFunc(found, func(f requestFinding) bool { return f.Code == c.code }) {
		t.Errorf("findings %v lack %s", found, c.code)
	}
}

// requestFinding is a finding as printed.
type requestFinding struct{ Code, Severity, Message, Hint string }

func sameFinding(a, b requestFinding) bool { return a.Code == b.Code && a.Message == b.Message }

// onlyWrongKind tells that a file is no request at all, which only verify minds.
func onlyWrongKind(found []requestFinding) bool { return found[0].Code == "wrong-role" }

// findings are those of a command that is shown a file, without any config file.
func (w *portalWorld) findings(t *testing.T, file, verb string) (exit int, found []requestFinding) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "request")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	streams, out, errs := term.Test()
	variables := map[string]string{"APNSCTL_CONFIG": filepath.Join(dir, "none.yaml")}
	env := &cli.Env{IO: streams, Now: func() time.Time { return w.now }, Getenv: func(name string) string { return variables[name] }}
	exit = command.Main(t.Context(), env, []string{verb, path, "--trust-root", w.root, "-o", "json"})
	type item struct{ Findings []requestFinding }
	var d struct{ Result struct{ Items, Files []item } }
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	items := append(d.Result.Items, d.Result.Files...)
	if len(items) != 1 {
		t.Fatalf("%s: %s", verb, out)
	}
	return exit, items[0].Findings
}
