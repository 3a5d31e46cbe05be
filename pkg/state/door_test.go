//go:build !windows

package state_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// A file that holds its identity in the open is read only where nobody else can read it.
func TestUnsealedKeysInAnOpenFileAreRefused(t *testing.T) {
	for _, unsealed := range []bool{false, true} {
		for _, mode := range []os.FileMode{0o600, 0o400, 0o700, 0o640, 0o604, 0o620, 0o644, 0o666} {
			s := fleet(1)
			if unsealed {
				s.Sealing.Identity, s.Sealing.UnsealedIdentity = "", "AGE-SECRET-KEY-1"
			}
			store := state.Open(filepath.Join(t.TempDir(), "config.yaml"))
			if err := store.Create(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(store.Path(), mode); err != nil {
				t.Fatal(err)
			}
			_, viewed := store.View(t.Context())
			updated := store.Update(t.Context(), func(s *lifecycle.State) error { s.Settings.Country = "JP"; return nil })
			if !unsealed || mode&0o077 == 0 {
				if viewed != nil || updated != nil {
					t.Errorf("unsealed %v, %04o: %v, %v", unsealed, mode, viewed, updated)
				}
				continue
			}
			wantCode(t, viewed, "state-unreadable.exposed")
			wantCode(t, updated, "state-unreadable.exposed")
		}
	}
}

// A pipe may be read from, as a shell makes one of a command's output; a write would put an
// end to it.
func TestAPipeIsReadAndNeverReplaced(t *testing.T) {
	text, err := state.Encode(nil, fleet(2))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			_, _ = f.Write(text)
			_ = f.Close()
		}
	}()
	if s, err := state.Open(path).View(t.Context()); err != nil || len(s.Profiles) != 2 {
		t.Errorf("%v, %v", s, err)
	}
	wantCode(t, state.Open(path).Update(t.Context(), organization("x")), "state-unwritable.not-a-file")
	if got := listing(t, filepath.Dir(path)); !slices.Equal(got, []string{"pipe"}) {
		t.Errorf("folder holds %v", got)
	}
}

// What lies in the place of the version before, and is no file, was not made here: it stays, and so
// does all else.
func TestAStrangeBackupIsNeverReplaced(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"a pipe":                func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a link":                func(path string) error { return os.Symlink(path+"-elsewhere", path) },
		"a folder":              func(path string) error { return os.Mkdir(path, 0o700) },
		"a link to a device":    func(path string) error { return os.Symlink("/dev/null", path) },
		"a link to another one": func(path string) error { return os.Symlink("config.yaml", path) },
	} {
		store := state.Open(filepath.Join(t.TempDir(), "config.yaml"))
		if err := store.Create(t.Context(), fleet(1)); err != nil {
			t.Fatal(err)
		}
		backup := store.Path() + ".bak"
		if err := make(backup); err != nil {
			t.Fatal(err)
		}
		before, files := contents(t, store.Path()), listing(t, filepath.Dir(backup))
		kind, err := os.Lstat(backup)
		if err != nil {
			t.Fatal(err)
		}
		for _, options := range [][]state.Option{nil, {state.ScrubBackup()}} {
			wantCode(t, store.Update(t.Context(), organization("x"), options...), "state-unwritable.backup")
		}
		after, err := os.Lstat(backup)
		if err != nil || after.Mode() != kind.Mode() || contents(t, store.Path()) != before || !slices.Equal(files, listing(t, filepath.Dir(backup))) {
			t.Errorf("%s: %v, %v", name, after, err)
		}
	}
}

func contents(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Whatever waits ends with the context, and says whether that was a signal.
func TestWaitsEndWithTheContext(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := state.Open(filepath.Join(folder, "config.yaml"))
	if err := store.Create(t.Context(), fleet(1)); err != nil {
		t.Fatal(err)
	}
	lock, pipe := store.Path()+".lock", filepath.Join(folder, "pipe")
	for _, path := range []string{lock, pipe} {
		_ = os.Remove(path)
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, do := range map[string]func(context.Context) error{
		"a pipe as the file": func(ctx context.Context) error { _, err := state.Open(pipe).View(ctx); return err },
		"a pipe as the lock": func(ctx context.Context) error { return store.Update(ctx, organization("x")) },
	} {
		cancelled, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		wantCode(t, do(cancelled), "interrupted")
		late, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		wantCode(t, do(late), "state-locked")
		stop()
		t.Log(name)
	}
}
