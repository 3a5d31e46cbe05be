package state_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/gofrs/flock"
)

// stored is a store whose file holds text.
func stored(t testing.TB, text []byte) *state.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return state.Open(path)
}

func content(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// listing is what lies in a folder.
func listing(t testing.TB, folder string) []string {
	t.Helper()
	var list []string
	all, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		list = append(list, e.Name())
	}
	return list
}

func organization(name string) func(*lifecycle.State) error {
	return func(s *lifecycle.State) error { s.Settings.Organization = name; return nil }
}

func TestCreate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	store := state.Open(filepath.Join(folder, "config.yaml"))
	if err := store.Create(t.Context(), fleet(1)); err != nil {
		t.Fatal(err)
	}
	if err := store.Update(t.Context(), organization("Other")); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, folder); !slices.Equal(got, []string{"config.yaml", "config.yaml.bak", "config.yaml.lock"}) {
		t.Errorf("folder holds %v", got)
	}
	if runtime.GOOS != "windows" {
		for name, want := range map[string]fs.FileMode{"": 0o700, "config.yaml": 0o600, "config.yaml.bak": 0o600, "config.yaml.lock": 0o600} {
			if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm() != want {
				t.Errorf("%q has mode %v, want %v (%v)", name, info.Mode().Perm(), want, err)
			}
		}
	}
	before := content(t, store.Path())
	p := wantCode(t, store.Create(t.Context(), fleet(2)), "usage.config-exists")
	if p.Params["path"] != store.Path() || content(t, store.Path()) != before {
		t.Errorf("params %v, or the file was changed", p.Params)
	}
}

func TestUpdateKeepsTheVersionBefore(t *testing.T) {
	store := stored(t, text(t, 2))
	before := content(t, store.Path())
	if err := store.Update(t.Context(), organization("Other")); err != nil {
		t.Fatal(err)
	}
	st, err := store.View(t.Context())
	if err != nil || st.Settings.Organization != "Other" {
		t.Fatalf("organization %q (%v)", st.Settings.Organization, err)
	}
	if content(t, store.Path()+".bak") != before {
		t.Error(".bak is not the version before")
	}
}

func TestScrubBackup(t *testing.T) {
	store := stored(t, text(t, 2))
	for _, name := range []string{"Other", "Other"} { // the second changes nothing
		if err := os.WriteFile(store.Path()+".bak", []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := store.Update(t.Context(), organization(name), state.ScrubBackup()); err != nil {
			t.Fatal(err)
		}
		if content(t, store.Path()) != content(t, store.Path()+".bak") {
			t.Error(".bak is not the new version")
		}
	}
}

// TestUpdateWritesNothing is for all that must leave file and folder as they were.
func TestUpdateWritesNothing(t *testing.T) {
	stop := errors.New("stop")
	good := string(text(t, 2))
	for _, row := range []struct {
		name, text, want string
		change           func(*lifecycle.State) error
	}{
		{"no change", good, "", func(*lifecycle.State) error { return nil }},
		{"a change and back", good, "", func(s *lifecycle.State) error { s.Profiles["x"] = profile(); delete(s.Profiles, "x"); return nil }},
		{"a refused change", good, "stop", func(s *lifecycle.State) error { clear(s.Profiles); return stop }},
		{"a state that cannot be written", good, "usage.unfit", func(s *lifecycle.State) error { s.Profiles[""] = nil; return nil }},
		{"a damaged file", good + "x: [", "state-damaged.syntax", organization("x")},
		{"an unknown key", good + "x: 1\n", "state-damaged.unknown-key", organization("x")},
		{"a newer file", "version: 99\nnew: 1\n", "state-newer", organization("x")},
		{"an empty file", "", "state-damaged.empty", organization("x")},
	} {
		t.Run(row.name, func(t *testing.T) {
			store := stored(t, []byte(row.text))
			before, err := os.Stat(store.Path())
			if err != nil {
				t.Fatal(err)
			}
			err = store.Update(t.Context(), row.change)
			switch row.want {
			case "":
				if err != nil {
					t.Error(err)
				}
			case "stop":
				if !errors.Is(err, stop) {
					t.Errorf("error is %v", err)
				}
			default:
				if p := wantCode(t, err, row.want); row.want != "usage.unfit" && p.Params["path"] != store.Path() {
					t.Errorf("params %v", p.Params)
				}
			}
			after, err := os.Stat(store.Path())
			if err != nil || !os.SameFile(before, after) || content(t, store.Path()) != row.text {
				t.Error("the file was written")
			}
			if got := listing(t, filepath.Dir(store.Path())); !slices.Equal(got, []string{"config.yaml", "config.yaml.lock"}) {
				t.Errorf("folder holds %v", got)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{filepath.Join(folder, "config.yaml"), filepath.Join(folder, "no", "config.yaml")} {
		store := state.Open(path)
		_, err := store.View(t.Context())
		wantCode(t, err, "not-initialised")
		wantCode(t, store.Update(t.Context(), organization("x")), "not-initialised")
		_, _, err = store.Mode()
		wantCode(t, err, "not-initialised")
	}
	if got := listing(t, folder); got != nil {
		t.Errorf("left behind: %v", got)
	}
}

func TestUnreadable(t *testing.T) {
	store := state.Open(t.TempDir()) // a folder
	_, err := store.View(t.Context())
	if p := wantCode(t, err, "state-unreadable.folder"); p.Params["path"] != store.Path() {
		t.Errorf("params %v", p.Params)
	}
}

// TestFolderThatCannotBeWritten stands a folder in the lock's place, which stops even
// the superuser, whom a read-only folder does not.
func TestFolderThatCannotBeWritten(t *testing.T) {
	store := stored(t, text(t, 1))
	if err := os.Mkdir(store.Path()+".lock", 0o500); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(store.Path()), 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(store.Path()), 0o700) })
	if _, err := store.View(t.Context()); err != nil {
		t.Errorf("cannot be viewed: %v", err)
	}
	p := wantCode(t, store.Update(t.Context(), organization("x")), "state-unwritable")
	if p.Params["path"] != store.Path() {
		t.Errorf("params %v", p.Params)
	}
}

func TestLockedByAnother(t *testing.T) {
	t.Parallel()
	store := stored(t, text(t, 1))
	lock := flock.New(store.Path() + ".lock")
	if err := lock.Lock(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.View(t.Context()); err != nil {
		t.Errorf("a reader waits for writers: %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if p := wantCode(t, store.Update(short, organization("x")), "state-locked"); p.Params["path"] != store.Path() {
		t.Errorf("params %v", p.Params)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	wantCode(t, store.Update(stopped, organization("x")), "interrupted")
	_, err := store.View(stopped)
	wantCode(t, err, "interrupted")
	time.AfterFunc(50*time.Millisecond, func() { _ = lock.Unlock() })
	if err := store.Update(t.Context(), organization("waited")); err != nil {
		t.Errorf("did not wait: %v", err)
	}
}

func TestSymbolicLinkStays(t *testing.T) {
	origin, elsewhere := t.TempDir(), t.TempDir()
	folder := filepath.Join(elsewhere, "folder")
	link, target := filepath.Join(folder, "config.yaml"), filepath.Join(origin, "state.yaml")
	for from, to := range map[string]string{folder: origin, filepath.Join(origin, "config.yaml"): "state.yaml"} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	store := state.Open(link)
	if err := store.Create(t.Context(), fleet(1)); err != nil { // the link dangles still
		t.Fatal(err)
	}
	if err := store.Update(t.Context(), organization("Other")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link is gone: %v %v", info.Mode(), err)
	}
	if !bytes.Contains([]byte(content(t, target)), []byte("organization: Other")) {
		t.Error("the target was not written")
	}
	if got := listing(t, origin); !slices.Equal(got, []string{"config.yaml", "state.yaml", "state.yaml.bak", "state.yaml.lock"}) {
		t.Errorf("folder holds %v", got)
	}
	if err := os.Symlink("loop", filepath.Join(origin, "loop")); err != nil {
		t.Fatal(err)
	}
	wantCode(t, state.Open(filepath.Join(origin, "loop")).Update(t.Context(), organization("x")), "state-unreadable")
}

func TestMode(t *testing.T) {
	store := stored(t, text(t, 1))
	if err := os.Chmod(store.Path(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, wide, err := store.Mode(); err != nil || wide != (runtime.GOOS != "windows") {
		t.Errorf("wide is %v (%v)", wide, err)
	}
	if err := store.Update(t.Context(), organization("x")); err != nil {
		t.Fatal(err)
	}
	if _, wide, err := store.Mode(); err != nil || wide {
		t.Errorf("not narrowed (%v)", err)
	}
}
