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
		got, said := here(t, w, dir, nil, args)
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
	if status, said := here(t, w, dir, nil, "init --organization E --no-passphrase --trust-root root.pem"); status != 0 {
		t.Fatal(said)
	}
	writes := 0
	disk := stepDisk{step: func() { writes++ }}
	if status, said := here(t, w, dir, disk, "import in/customer-000.pem -p first --certificate-only"); status != 0 {
		t.Fatal(said)
	}
	one := writes
	writes = 0
	if status, said := here(t, w, dir, disk, "import in --certificate-only --profile-from filename"); status != 0 || writes > one {
		t.Errorf("status %d, %d steps of the disk for %d files, %d for one:\n%s", status, writes, n, one, said)
	}
	few(0, "import in")
	s, err := state.Open(filepath.Join(dir, "config.yaml")).View(t.Context())
	w.check(err)
	if len(s.Profiles) != n {
		t.Errorf("%d profiles", len(s.Profiles))
	}
}
