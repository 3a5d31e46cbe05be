package profile_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// TestKilledExportsLeaveNoKey kills exports at random moments. What they leave behind only the
// owner can read, and the next export into that folder takes it away.
func TestKilledExportsLeaveNoKey(t *testing.T) {
	w := commandtest.NewPushWorld(t)
	if err := os.Mkdir(w.Path("out"), 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"export", "--for", "key", "--force", "--out", w.Path("out/key.pem")}
	begin := time.Now()
	if err := w.Start(args).Wait(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(w.Path("out/key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	lasts := time.Since(begin)
	const kills = 20
	for range kills {
		child := w.Start(args)
		time.Sleep(rand.N(lasts))
		_ = child.Process.Kill()
		_ = child.Wait() // it was killed, or was done before
		private(w, "out")
		if key, err := os.ReadFile(w.Path("out/key.pem")); err != nil || !bytes.Equal(key, whole) {
			t.Fatalf("the key that was there: %v, %d bytes", err, len(key))
		}
	}
	last := w.Start(args)
	if err := last.Wait(); err != nil {
		t.Fatalf("the last export: %v\n%s", err, last.Stderr)
	}
	if names := names(w, "out"); names != "key.pem" {
		t.Errorf("left are %q", names)
	}
}

// names lists a folder.
func names(w *commandtest.PushWorld, folder string) string {
	w.T.Helper()
	entries, err := os.ReadDir(w.Path(folder))
	if err != nil {
		w.T.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}

// private requires that only the owner can read what is in a folder.
func private(w *commandtest.PushWorld, folder string) {
	w.T.Helper()
	for name := range strings.FieldsSeq(names(w, folder)) {
		if info, err := os.Stat(w.Path(folder + "/" + name)); err != nil || info.Mode().Perm() != 0o600 {
			w.T.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestPushChild(t *testing.T) {
	if args := os.Getenv(commandtest.ChildArgs); args != "" {
		os.Exit(commandtest.Child(t, &cli.Env{IO: term.New(os.Stdin, os.Stdout, os.Stderr, true), Now: time.Now, Getenv: os.Getenv}, args))
	}
}
