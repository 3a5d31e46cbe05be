package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
)

// unfinishedIn lists what writes that were cut short have left in a folder.
func unfinishedIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), unfinished) {
			continue
		}
		left = append(left, entry.Name())
		info, err := entry.Info()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
	}
	return left
}

// The next write clears away what a kill has left behind, whatever was being written, but
// not what another run is still writing.
func TestLeftoversAreClearedAway(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{".killed.pem.1" + unfinished, "visible" + unfinished, ".other.tmp"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("a private key"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	running, lock, err := openUnfinished(filepath.Join(folder, "running.pem"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	defer running.Close()
	if err := Replace(filepath.Join(folder, "out.pem"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	left := unfinishedIn(t, folder)
	if want := []string{filepath.Base(running.Name()), "visible" + unfinished}; len(left) != 2 || left[0] != want[0] || left[1] != want[1] {
		t.Errorf("left are %q, want %q", left, want)
	}
	for name, want := range map[string]string{"out.pem": "new", ".other.tmp": "a private key"} {
		if data, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
}

// Runs that write the same file leave what one of them wrote, whole, each way of writing it.
func TestWritesOfOneFileAtOnce(t *testing.T) {
	for name, replace := range map[string]func(string, []byte) error{"as the system can": Replace, "with a name": func(path string, data []byte) error {
		sweep(filepath.Dir(path))
		return file{path, data, private, take}.named()
	}} {
		t.Run(name, func(t *testing.T) { writeAtOnce(t, replace) })
	}
}

func writeAtOnce(t *testing.T, replace func(string, []byte) error) {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "out.pem")
	const each = 4
	rounds := depth.Of(80, 20)
	texts := []string{strings.Repeat("a", 4096), strings.Repeat("b", 4096)}
	done := make(chan error)
	for i := range each * len(texts) {
		text := texts[i%len(texts)]
		go func() {
			var failed error
			for range rounds {
				failed = errors.Join(failed, replace(path, []byte(text)))
			}
			done <- failed
		}()
	}
	for range each * len(texts) {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != texts[0] && string(data) != texts[1] {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if left := unfinishedIn(t, folder); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

// Whatever the umask, a shared file can be read by everybody, and no other one.
func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // it has no such modes
	}
	for name, write := range map[string]func(file) error{"as the system can": file.replace, "with a name": file.named} {
		for _, mode := range []fs.FileMode{private, shared} {
			path := filepath.Join(t.TempDir(), "out")
			if err := write(file{path, []byte("text"), mode, take}); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: mode %v, want %v (%v)", name, info.Mode(), mode, err)
			}
		}
	}
}
