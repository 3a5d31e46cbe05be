package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// limited starts a command as a process of its own for which a shell has set a limit before.
func limited(t *testing.T, dir, limit, args string) (status int, said string) {
	t.Helper()
	child := there(t.Context(), dir, args)
	child.Args = append([]string{"sh", "-c", limit + `; exec "$0" "$@"`, child.Path}, strings.Fields(args)...)
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	child.Path = shell
	out, err := child.CombinedOutput()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return failed.ExitCode(), string(out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, string(out)
}

// held is what may stand in no file that others can read: sealed or in the open.
var held = regexp.MustCompile(`BEGIN AGE ENCRYPTED FILE|PRIVATE KEY-----|AGE-SECRET-KEY-`)

// writeUnderUmasks runs every command that writes where new files are open to all, and where they are
// closed: whatever holds a key is the owner's alone, and nobody else can write what does not.
func writeUnderUmasks(t *testing.T, w *world) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // it has no umask
	}
	looked := 0
	for _, umask := range []string{"000", "077"} {
		for _, r := range writers() {
			dir := r.prepare(t, w)
			if status, said := limited(t, dir, "umask "+umask, r.args); status != 0 {
				t.Fatalf("umask %s, %s: status %d\n%s", umask, r.args, status, said)
			}
			err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
				if err != nil || !entry.Type().IsRegular() {
					return err
				}
				info, err := entry.Info()
				if err != nil {
					return err
				}
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				looked++
				open := info.Mode().Perm() & 0o022
				if held.Match(text) {
					open = info.Mode().Perm() & 0o177
				}
				if open != 0 {
					t.Errorf("umask %s, %s: %s is %v", umask, r.args, entry.Name(), info.Mode())
				}
				return nil
			})
			w.check(err)
		}
	}
	t.Logf("%d files looked at under 2 umasks", looked)
}

// writeWithinALimit runs every command that writes where no file may get a single byte,
// which the system says with a signal: the status tells it, the config file is as before, and nothing
// else lies there.
func writeWithinALimit(t *testing.T, w *world) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // it has no such limit
	}
	tried := 0
	for _, r := range writers() {
		dir := r.prepare(t, w)
		before := filesOf(t, dir)
		status, said := limited(t, dir, "ulimit -f 0", r.args)
		tried++
		want := 6
		if strings.HasPrefix(r.args, "export") { // the file that was asked for, and not that of the state
			want = 2
		}
		if status != want || strings.Contains(said, "goroutine ") {
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
	t.Logf("%d commands within a limit for files", tried)
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
