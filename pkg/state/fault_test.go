package state_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// points are the steps of a write, in order.
var points = []string{
	"create", "write", "sync", "close",
	"backup-create", "backup-write", "backup-sync", "backup-close", "backup-rename",
	"rename", "sync-folder",
}

// TestFaults lets every step of a write fail in two ways: not done, and done but
// reported as failed (the disk was full, the cable fell out after the last byte).
func TestFaults(t *testing.T) {
	old := text(t, 3)
	change := func(s *lifecycle.State) error { s.Profiles["new"] = profile(); return nil }
	after, err := state.Decode(old)
	if err != nil {
		t.Fatal(err)
	}
	_ = change(after)
	next, err := state.Encode(old, after)
	if err != nil {
		t.Fatal(err)
	}
	var reached []string
	for i, point := range points {
		for _, done := range []bool{false, true} {
			store := stored(t, old)
			store.SetStep(func(at string, do func() error) error {
				if at != point {
					return do()
				}
				if done {
					if err := do(); err != nil {
						t.Error(err)
					}
				}
				reached = append(reached, at)
				return syscall.ENOSPC
			})
			err := store.Update(t.Context(), change)
			if p := wantCode(t, err, "state-unwritable"); !errors.Is(err, syscall.ENOSPC) || p.Params["path"] != store.Path() {
				t.Errorf("%s: error is %v", point, err)
			}
			want := old
			if point == "sync-folder" || point == "rename" && done {
				want = next
			}
			if content(t, store.Path()) != string(want) {
				t.Errorf("%s, done %v: the file is not what it should be", point, done)
			}
			for _, name := range listing(t, filepath.Dir(store.Path())) {
				if strings.HasSuffix(name, ".tmp") {
					t.Errorf("%s, done %v: left %s", point, done, name)
				}
				if strings.HasSuffix(name, ".bak") && content(t, store.Path()+".bak") != string(old) {
					t.Errorf("%s, done %v: the copy is not the version before", point, done)
				}
			}
			store.SetStep(func(_ string, do func() error) error { return do() })
			if err := store.Update(t.Context(), change); err != nil || content(t, store.Path()) != string(next) {
				t.Errorf("%s, done %v: the next try fails: %v", point, done, err)
			}
		}
		if len(reached) != 2*i+2 {
			t.Fatalf("%s was not reached", point)
		}
	}
}

// TestEveryStepCanFail holds the list of points against the steps of a true write.
func TestEveryStepCanFail(t *testing.T) {
	store := stored(t, text(t, 1))
	var seen []string
	store.SetStep(func(at string, do func() error) error { seen = append(seen, at); return do() })
	if err := store.Update(t.Context(), organization("x")); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen, points) {
		t.Errorf("steps are %v", seen)
	}
}

// TestScrubbedBackupComesFirst: a purge that fails must not leave its secrets in .bak
// once the file itself is purged.
func TestScrubbedBackupComesFirst(t *testing.T) {
	store := stored(t, text(t, 1))
	store.SetStep(func(at string, do func() error) error {
		if at == "rename" {
			return syscall.ENOSPC
		}
		return do()
	})
	before := content(t, store.Path())
	wantCode(t, store.Update(t.Context(), organization("x"), state.ScrubBackup()), "state-unwritable")
	if content(t, store.Path()) != before || !strings.Contains(content(t, store.Path()+".bak"), "organization: x") {
		t.Error("the backup was not scrubbed before the file")
	}
}

// TestLeftoverIsReplaced: what a killed writer left, with whatever mode and secrets,
// neither stops the next write nor outlives it.
func TestLeftoverIsReplaced(t *testing.T) {
	store := stored(t, text(t, 1))
	folder := filepath.Dir(store.Path())
	for _, name := range []string{".config.yaml.tmp", ".config.yaml.bak.tmp"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("left"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Update(t.Context(), organization("x")); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, folder); !slices.Equal(got, []string{"config.yaml", "config.yaml.bak", "config.yaml.lock"}) {
		t.Errorf("folder holds %v", got)
	}
}
