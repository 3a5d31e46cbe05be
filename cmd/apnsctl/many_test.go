package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// Three hundred downloads are told within three hundred and twenty lines, good or bad, and come in
// by one write.
func TestManyFilesFitAPage(t *testing.T) {
	t.Parallel()
	const n = 300
	w := newWorld(t)
	dir := writer{fixture: "several"}.prepare(t, w)
	w.check(os.Mkdir(filepath.Join(dir, "in"), 0o700))
	bad := filepath.Join(dir, "bad")
	w.check(os.Mkdir(bad, 0o700))
	w.check(copyPrivate(w.apple(), filepath.Join(dir, "apple")))
	sim, err := simulator.Start(t.Context(), simulator.Options{Dir: filepath.Join(dir, "apple"), Now: func() time.Time { return w.now }})
	w.check(err)
	defer sim.Close()
	request := fileText(t, filepath.Join(dir, "gamma.plist"))
	for i := range n {
		status, leaf, err := call("POST", sim.PortalURL()+"/certificates", []byte(request))
		if err != nil || status != 201 {
			t.Fatalf("%d %v", status, err)
		}
		w.check(os.WriteFile(filepath.Join(dir, "in", fmt.Sprintf("customer-%03d.pem", i)), leaf, 0o600))
		w.check(os.WriteFile(filepath.Join(bad, fmt.Sprintf("note-%03d.txt", i)), []byte(strings.Repeat("x", i+1)), 0o600))
	}
	few := func(status int, args string) string {
		t.Helper()
		began := time.Now()
		got, said := there(dir, args).ends(t)
		if lines := strings.Count(said, "\n"); got != status || lines > n+20 || lines < n {
			t.Errorf("%s: status %d, %d lines:\n%s", args, got, lines, said)
		}
		t.Logf("%s: %v", args, time.Since(began))
		return said
	}
	few(3, "import bad")
	few(3, "verify bad")
	few(3, "verify in")
	few(3, "import in --keep-going --dry-run --certificate-only --profile-from filename")
	w.check(os.Remove(filepath.Join(dir, "config.yaml")))
	if status, said := there(dir, "init --organization E --no-passphrase --trust-root root.pem").ends(t); status != 0 {
		t.Fatal(said)
	}
	one, status, said := there(dir, "import in/customer-000.pem -p first --certificate-only").steps(t)
	if status != 0 {
		t.Fatal(said)
	}
	if all, status, said := there(dir, "import in --certificate-only --profile-from filename").steps(t); status != 0 || all > one {
		t.Errorf("status %d, %d steps of the disk for %d files, %d for one:\n%s", status, all, n, one, said)
	}
	few(0, "import in")
	s, err := state.Open(filepath.Join(dir, "config.yaml")).View(t.Context())
	w.check(err)
	if len(s.Profiles) != n {
		t.Errorf("%d profiles", len(s.Profiles))
	}
}
