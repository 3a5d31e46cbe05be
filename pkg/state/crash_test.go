package state_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// TestMain is also the child process of the tests below: it updates the file without
// end, or adds profiles of its own.
func TestMain(m *testing.M) {
	path, role := os.Getenv("STATE_CHILD_FILE"), os.Getenv("STATE_CHILD_ROLE")
	if path == "" {
		os.Exit(m.Run())
	}
	store, ctx := state.Open(path), context.Background()
	for i := 0; role == "endless" || i < 15; i++ {
		err := store.Update(ctx, func(s *lifecycle.State) error {
			if role == "endless" {
				s.Settings.Organization = fmt.Sprint("round ", i)
				return nil
			}
			s.Profiles[fmt.Sprint(role, i)] = profile()
			return nil
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func child(t *testing.T, store *state.Store, role string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), "STATE_CHILD_FILE="+store.Path(), "STATE_CHILD_ROLE="+role)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// TestKilled kills a writer at twenty moments. File and backup must be whole, every
// profile there, the lock free.
func TestKilled(t *testing.T) {
	t.Parallel()
	store := stored(t, text(t, 40))
	written := 0
	for i := range 20 {
		before := content(t, store.Path())
		cmd := child(t, store, "endless")
		for range 500 { // until the child writes
			if content(t, store.Path()) != before {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
		time.Sleep(time.Duration(i*700) * time.Microsecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // "killed"
		for _, path := range []string{store.Path(), store.Path() + ".bak"} {
			s, err := state.Open(path).View(t.Context())
			if err != nil || len(s.Profiles) != 40 {
				t.Fatalf("round %d: %s is torn: %v", i, path, err)
			}
		}
		if content(t, store.Path()) != before {
			written++
		}
		if err := store.Update(t.Context(), organization(fmt.Sprint("between ", i))); err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
		for _, name := range listing(t, strings.TrimSuffix(store.Path(), "config.yaml")) {
			if strings.HasSuffix(name, ".tmp") {
				t.Errorf("round %d: %s outlives the next write", i, name)
			}
		}
	}
	if written < 15 {
		t.Fatalf("only %d of 20 children wrote anything", written)
	}
}

// TestTwoProcesses update at once; the changes of both must be there.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	store := stored(t, text(t, 1))
	for _, cmd := range []*exec.Cmd{child(t, store, "one"), child(t, store, "two")} {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.View(t.Context())
	if err != nil || len(s.Profiles) != 31 {
		t.Fatalf("%d profiles, want 31 (%v)", len(s.Profiles), err)
	}
}
