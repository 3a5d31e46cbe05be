package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// secretsOfProcesses looks at what others on the machine could see of a run that has a passphrase
// and a file's password: its own arguments, the environment of a child, what a crash dumps, and
// the backup after a purge.
func secretsOfProcesses(t *testing.T, w *world) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // no xdg-open, and no SIGABRT
	}
	dir := t.TempDir()
	w.check(copyPrivate(w.path("sealed"), dir))
	secrets := []string{"APNSCTL_PASSPHRASE=" + testPassphrase, "APNSCTL_FILE_PASSWORD=" + testFilePassword}
	clean := func(t *testing.T, what, text string) {
		t.Helper()
		for _, secret := range []string{testPassphrase, testFilePassword, "AGE-SECRET-KEY-", "APNSCTL_PASSPHRASE", "APNSCTL_FILE_PASSWORD"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %s", what, secret)
			}
		}
	}

	t.Run("a child", func(t *testing.T) {
		bin := t.TempDir()
		seen := filepath.Join(bin, "seen")
		w.check(os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\n{ echo \"$@\"; /usr/bin/env; } >"+seen+".part; /bin/mv "+seen+".part "+seen+"\n"), 0o700))
		child := there(dir, "portal -p acme --open", append(secrets, "PATH="+bin+":"+os.Getenv("PATH"))...).command(t.Context())
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for until := time.Now().Add(10 * time.Second); ; {
			if _, err := os.Stat(seen); err == nil || time.Now().After(until) {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		text := fileText(t, seen)
		if !strings.Contains(text, "PATH=") {
			t.Fatalf("the child saw %q", text)
		}
		clean(t, "the environment of a child", text)
	})

	t.Run("a dump", func(t *testing.T) {
		for _, level := range []string{"single", "all", "system"} {
			t.Run(level, func(t *testing.T) {
				t.Parallel()
				fifo := filepath.Join(t.TempDir(), "fifo")
				child := there(dir, "export -p acme --for key --force --out "+fifo, append(slices.Clone(secrets), "GOTRACEBACK="+level)...).command(t.Context())
				if out, err := exec.CommandContext(t.Context(), "mkfifo", fifo).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				var out strings.Builder
				child.Stdout, child.Stderr = &out, &out
				w.check(child.Start())
				time.Sleep(1500 * time.Millisecond) // the key is open, and waits for a reader
				args, err := os.ReadFile("/proc/" + strconv.Itoa(child.Process.Pid) + "/cmdline")
				if err == nil {
					clean(t, "the list of processes", string(args))
				}
				_ = child.Process.Signal(syscall.SIGABRT)
				_ = child.Wait()
				if !strings.Contains(out.String(), "goroutine ") && !strings.Contains(out.String(), "SIGABRT") {
					t.Errorf("no dump: %s", out.String())
				}
				clean(t, "a dump", out.String())
			})
		}
	})

	t.Run("a backup after a purge", func(t *testing.T) {
		before := fileText(t, filepath.Join(dir, "config.yaml"))
		child := there(dir, "delete -p acme --confirm acme --purge", secrets...).command(t.Context())
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		_, after, found := strings.Cut(before, "\nprofiles:")
		_, block, ok := strings.Cut(after, "-----BEGIN AGE ENCRYPTED FILE-----\n")
		if !found || !ok {
			t.Fatal("the fixture has no sealed key of a profile")
		}
		line := strings.TrimSpace(strings.SplitN(block, "\n", 3)[1]) // of this key alone
		for _, name := range []string{"config.yaml", "config.yaml.bak"} {
			if strings.Contains(fileText(t, filepath.Join(dir, name)), line) {
				t.Errorf("%s still has the key that was purged", name)
			}
		}
	})
}
