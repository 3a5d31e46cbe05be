package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// writeWithinALimit runs every command that writes where no file may get a single byte,
// which the system says with a signal.
func writeWithinALimit(t *testing.T, w *world) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // it has no such limit
	}
	for _, r := range writers() {
		dir := r.prepare(t, w)
		wantNothingWritten(t, r, dir, func() (int, string) { return limited(t, dir, "ulimit -f 0", r.args) })
	}
	t.Logf("%d commands within a limit for files", len(writers()))
}

// writeReadOnly runs every command that writes in a folder that is closed to who runs it. The
// superuser, whom no folder is closed to, has another user run it.
func writeReadOnly(t *testing.T, w *world) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // a folder's mode means nothing there
	}
	open, err := os.MkdirTemp("", "read-only-*") //nolint:usetesting // a test's own folder lies in one that is closed to others
	w.check(err)
	t.Cleanup(func() { w.check(os.RemoveAll(open)) })
	w.check(os.Chmod(open, 0o755)) // another user has to get in
	program, err := exec.LookPath("apnsctl")
	w.check(err)
	text, err := os.ReadFile(program)
	w.check(err)
	program = filepath.Join(open, "apnsctl")
	w.check(os.WriteFile(program, text, 0o755))
	for i, r := range writers() {
		dir := filepath.Join(open, string(rune('a'+i)))
		w.check(os.Rename(r.prepare(t, w), dir))
		child := there(dir, r.args, "TEST_KEYS=").command(t.Context()) // they are not the other user's
		child.Path = program
		w.check(filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return giveAway(path, child)
		}))
		w.check(os.Chmod(dir, 0o555))
		wantNothingWritten(t, r, dir, func() (int, string) { return ended(t, child) })
		w.check(os.Chmod(dir, 0o755)) // so that it can be removed
	}
	t.Logf("%d commands in a folder that is closed", len(writers()))
}

// wantNothingWritten runs a writer that can write nothing: the status tells it, the config file is as
// before, and nothing else lies there.
func wantNothingWritten(t *testing.T, r writer, dir string, run func() (status int, said string)) {
	t.Helper()
	before := filesOf(t, dir)
	status, said := run()
	first := status == 2 && r.out != "" // the file that was asked for, and not that of the state
	if status != 6 && !first || strings.Contains(said, "goroutine ") {
		t.Errorf("%s: status %d\n%s", r.args, status, said)
	}
	after := filesOf(t, dir)
	for name, text := range before {
		if after[name] != text {
			t.Errorf("%s: %s has changed", r.args, name)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok && name != "config.yaml.lock" {
			t.Errorf("%s: %s was left behind", r.args, name)
		}
	}
}

// filesOf reads a folder.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			all[entry.Name()] = fileText(t, filepath.Join(dir, entry.Name()))
		}
	}
	return all
}
