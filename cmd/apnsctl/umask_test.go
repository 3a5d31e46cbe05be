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
	child := there(dir, args).command(t.Context())
	child.Args = append([]string{"sh", "-c", limit + `; exec "$0" "$@"`, child.Path}, strings.Fields(args)...)
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	child.Path = shell
	return ended(t, child)
}

// ended runs a process to its end.
func ended(t *testing.T, child *exec.Cmd) (status int, said string) {
	t.Helper()
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
	looked, umasks := 0, []string{"000"}
	if inCI() {
		umasks = append(umasks, "077")
	}
	for _, umask := range umasks {
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
	t.Logf("%d files looked at under %d umasks", looked, len(umasks))
}
