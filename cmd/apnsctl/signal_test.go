//go:build !windows

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// waiter is a command line that waits at one of its files.
type waiter struct {
	name string
	args []string // FIFO stands for a pipe of its own
	// kind is what is waited for.
	kind waitKind
	row  string // what standard input says before it falls silent
	lock bool   // a pipe lies in the place of the config file's lock
}

// waitKind is what a command waits for, and whether it has to.
type waitKind int

const (
	waitInput   waitKind = iota // its file is a pipe
	waitStdin                   // standard input says nothing
	waitConfig                  // the config file is a pipe, which not every command opens
	waitPerhaps                 // its output or the lock is a pipe, at which not every command comes to wait
)

// typed is what a command needs besides, so that it comes to the file of a flag; ARGUMENT
// is what it gets in place of arguments. A command or flag that is new goes without, and
// fails if that is not enough.
func typed(w *world, command, flag string) (args []string, argument string) {
	argument = w.path("registered/acme.pem")
	switch command {
	case "init":
		args = []string{"--config", "DIR/new.yaml", "--organization", "E"}
		if flag != "passphrase-file" {
			args = append(args, "--no-passphrase")
		}
	case "server add":
		args = []string{"mdm", "--kind", "nanomdm", "--url", "https://127.0.0.1:1", "--credential", "env:SECRET"}
	case "vendor csr":
		args = []string{"--new-key"}
	case "vendor import":
		argument = w.path("registered/mdm.cer")
	case "vendor sign":
		argument = w.path("customer.csr")
	case "csr":
		args = []string{"-p", "acme"}
	case "token import":
		argument = w.path("token.json")
	case "export":
		args = []string{"--for", map[bool]string{true: "p12", false: "key"}[flag == "file-password-file"]}
		if flag != "out" {
			args = append(args, "--out", "DIR/out")
		}
	case "config passphrase":
		if flag != "new-passphrase-file" {
			args = []string{"--new-passphrase-file", w.path("sealed/passphrase.secret")}
		}
	case "config recipients add", "config recipients remove":
		args = []string{"age1yrjk6n4l4hhahvnuakm2s5qe863m8huku8xwnjx6rn9h5hft8pgsqns2mf"}
	case "import":
		if flag == "passphrase-file" || flag == "identity" {
			argument = w.path("moved.pem")
		}
	case "delete":
		args = []string{"--confirm", "acme"}
	case "push":
		args = []string{"--endpoint", "https://127.0.0.1:1"}
		if flag != "tokens-file" {
			args = append(args, "--token", strings.Repeat("ab", 32))
		}
		switch flag {
		case "p8":
			args = append(args, "--key-id", "ABC123DEFG", "--team-id", "TEAM123456", "--topic", "com.example", "--alert", "x")
		case "key":
			args = append(args, "--certificate", argument)
		case "file-password-file":
			args = append(args, "--certificate", w.path("push.p12"))
		}
	case "doctor":
		if flag != "ca-file" {
			args = []string{"--offline", "--unlock"}
		}
	}
	switch {
	case flag != "file-password-file":
	case command == "devices audit":
		args = append(args, "--against", w.path("push.p12"))
	case command == "renew":
		args = append(args, "--file", w.path("push.p12"))
	default:
		argument = w.path("push.p12")
	}
	return args, argument
}

// readsSometimes are flags whose file is not read in a plain run, with the reason.
var readsSometimes = map[string]string{
	"notify --passphrase-file":                   "only where a setting is sealed",
	"notify --identity":                          "only where a setting is sealed",
	"config recipients remove --passphrase-file": "only where there is somebody to remove",
	"renew --passphrase-file":                    "only at a terminal, by the commands that it runs",
	"renew --identity":                           "only at a terminal, by the commands that it runs",
	"renew --watch":                              "a folder, which nobody waits for to open",
	"server show --passphrase-file":              "only where the credential is sealed",
	"server show --identity":                     "only where the credential is sealed",
	"server test --passphrase-file":              "only where the credential is sealed",
	"server test --identity":                     "only where the credential is sealed",
	"status --passphrase-file":                   "only with --online, where the credential of a server is sealed",
	"status --identity":                          "only with --online, where the credential of a server is sealed",
	"verify --passphrase-file":                   "only for the answer of mdmcert.download",
	"verify --identity":                          "only for the answer of mdmcert.download",
}

// sealedRecipient is the owner of the sealed fixture.
func sealedRecipient(t *testing.T, w *world) string {
	t.Helper()
	var answer struct {
		Result struct{ Recipients []struct{ Recipient string } }
	}
	if err := json.Unmarshal([]byte(w.run("sealed", "config", "recipients", "list", "-o", "json")), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Result.Recipients[0].Recipient
}

// waiters are all the places where commands wait for a file.
func (w *world) waiters() (all []waiter, configs []waiter) {
	for _, c := range w.leaves() {
		command := strings.Join(c.words(), " ")
		line := func(flag string, more ...string) []string {
			args, argument := typed(w, command, flag)
			args = append(append(c.words(), args...), more...)
			if c.readsArguments() && flag != "FILE" {
				args = append(args, argument)
			}
			return args
		}
		if c.readsArguments() {
			all = append(all,
				waiter{name: command + " FILE", args: line("FILE", "FIFO"), kind: waitInput},
				waiter{name: command + " -", args: line("FILE", "-"), kind: waitStdin},
			)
		}
		for _, f := range c.Flags {
			name := command + " --" + f.Name
			if readsSometimes[name] != "" {
				continue
			}
			switch f.File {
			case "read":
				all = append(all, waiter{name: name, args: line(f.Name, "--"+f.Name, "FIFO"), kind: waitInput})
				if name != "server add --ca-file" { // its path is kept, so that it cannot be "-"
					all = append(all, waiter{name: name + " -", args: line(f.Name, "--"+f.Name, "-"), kind: waitStdin})
				}
			case "written":
				all = append(all, waiter{name: name, args: line(f.Name, "--"+f.Name, "FIFO"), kind: waitPerhaps})
			}
		}
		if command == "simulate" || command == "demo" { // they have nothing to do with it
			continue
		}
		configs = append(configs, waiter{name: command + " --config", args: append(line(""), "--config", "FIFO"), kind: waitConfig})
		configs = append(configs, waiter{name: command + " with a lock", args: line(""), lock: true, kind: waitPerhaps})
	}
	return all, configs
}

// start runs a command with a pipe for FIFO, and with standard input that says nothing.
func (r waiter) start(t *testing.T, w *world) (child *exec.Cmd, fifo string, errs *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	fifo = filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	fixture := "registered"
	if slices.Contains(r.args, "--passphrase-file") || slices.Contains(r.args, "--identity") {
		fixture = "sealed"
	}
	if err := copyPrivate(w.path(fixture), filepath.Join(dir, "fixture")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "fixture", "config.yaml")
	if r.lock {
		_ = os.Remove(config + ".lock")
		fifo = config + ".lock"
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := slices.Clone(r.args)
	for i, arg := range args {
		args[i] = strings.ReplaceAll(strings.ReplaceAll(arg, "FIFO", fifo), "DIR", dir)
	}
	silent, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = silent.Close(), writer.Close() })
	if _, err := writer.WriteString(r.row); err != nil {
		t.Fatal(err)
	}
	child = exec.CommandContext(t.Context(), "apnsctl", args...)
	child.Dir, child.Stdin, errs = dir, silent, new(bytes.Buffer)
	child.Stdout, child.Stderr = errs, errs
	child.Env = append(os.Environ(), "APNSCTL_CONFIG="+config, "HOME="+dir, "TEST_NOW="+beginning, "TEST_BEGUN="+begun(dir))
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	return child, fifo, errs
}

// begun is the file that a command makes when it begins.
func begun(dir string) string { return filepath.Join(dir, "begun") }

// hasBegun waits for it: before, a busy machine may take its time.
func hasBegun(t *testing.T, dir string) {
	t.Helper()
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(begun(dir)); err == nil {
			return
		}
	}
	t.Fatal("the command has not begun")
}

// opened waits until somebody reads from the pipe, and tells whether the command has ended
// instead. It is nil if neither comes.
func opened(t *testing.T, fifo string, ended <-chan struct{}) (w *os.File, gone bool) {
	t.Helper()
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); {
		f, err := os.OpenFile(fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			return f, false
		}
		if !errors.Is(err, syscall.ENXIO) {
			t.Fatal(err)
		}
		select {
		case <-ended:
			return nil, true
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil, false
}

// interrupt lets a command come to where it waits, sends the signal, and requires that it
// ends soon with 130. It tells whether the command waited at all.
func (r waiter) interrupt(t *testing.T, w *world, signal syscall.Signal) (waited bool) {
	t.Helper()
	child, fifo, errs := r.start(t, w)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = child.Wait() // its status is looked at
	}()
	sure := r.kind == waitStdin
	if r.kind == waitInput || r.kind == waitConfig {
		writer, gone := opened(t, fifo, ended)
		switch {
		case r.kind == waitConfig && gone:
			return false
		case gone, r.kind == waitInput && writer == nil:
			t.Fatalf("%q does not read its file: %v\n%s", r.args, child.ProcessState, errs)
		}
		defer writer.Close()
		sure = writer != nil
	} else {
		hasBegun(t, child.Dir)
		select {
		case <-ended:
			if r.kind == waitStdin {
				t.Fatalf("%q does not wait for standard input: %v\n%s", r.args, child.ProcessState, errs)
			}
			return false
		case <-time.After(settle):
		}
	}
	if err := child.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(soon):
		_ = child.Process.Kill()
		<-ended
		t.Fatalf("%q does not end\n%s", r.args, errs)
	}
	if !sure && child.ProcessState.ExitCode() != 130 {
		return false // it waited for nothing, and has ended by itself
	}
	if status := child.ProcessState.ExitCode(); status != 130 {
		t.Errorf("%q ends with %d, want 130\n%s", r.args, status, errs)
	}
	return true
}

// How long a command that has begun gets to come to where it waits, and to end.
const (
	settle = 800 * time.Millisecond
	soon   = 20 * time.Second
)

// TestEveryWaitEndsOnASignal interrupts each command at each of its files.
func TestEveryWaitEndsOnASignal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write("push.p12", sampleFile(t, "pkcs12/keychain-rc2.p12"))
	w.write("customer.csr", sampleFile(t, "csr/rsa.pem"))
	w.run("sealed", "export", "--for", "apnsctl", "--recipient", sealedRecipient(t, w), "--out", w.path("moved.pem"))
	w.write("token.json", sampleFile(t, "token/content.json"))
	all, configs := w.waiters()
	token := strings.Repeat("ab", 32)
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0") // takes a connection, and says nothing
	w.check(err)
	defer silent.Close()
	all = append(all, waiter{
		name: "push - after a row", kind: waitStdin, row: token + " M\n",
		args: []string{"push", "--endpoint", "https://" + silent.Addr().String(), "--tokens-file", "-"},
	})
	const least = 60
	if len(all) < least {
		t.Fatalf("%d places, want at least %d", len(all), least)
	}
	const waiting = 16 // nearly all of the time they wait
	var running sync.WaitGroup
	var ran, waited atomic.Int64
	room := make(chan struct{}, waiting)
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}
	for i, r := range append(all, configs...) {
		for k, signal := range signals {
			if k != i%len(signals) && !inCI() {
				continue // both come in one way
			}
			room <- struct{}{}
			running.Go(func() {
				defer func() { <-room }()
				t.Run(fmt.Sprintf("%s/%s", r.name, signal), func(t *testing.T) {
					ran.Add(1)
					if r.interrupt(t, w, signal) {
						waited.Add(1)
					}
				})
			})
		}
	}
	running.Wait()
	const fewest = 130 // each input and standard input, 112 by now, and some of the config files
	if ran.Load() >= int64(len(all)+len(configs)) && waited.Load() < fewest {
		t.Errorf("%d waits were interrupted, want at least %d", waited.Load(), fewest)
	}
	t.Logf("%d places in commands, %d of config file and lock; %d waits were interrupted", len(all), len(configs), waited.Load())
}

// Nor does a command hang that has more to say than anybody reads. A quit signal, as by Ctrl-\, ends it like an
// interrupt, and in no dump.
func TestAnOutputThatNobodyReadsEndsOnASignal(t *testing.T) {
	w := newWorld(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			unread, writer, err := os.Pipe()
			w.check(err)
			defer unread.Close()
			const files = 200 // far more text than a pipe holds
			args := append([]string{"inspect"}, slices.Repeat([]string{w.path("registered/acme.pem")}, files)...)
			child := exec.CommandContext(t.Context(), "apnsctl", args...)
			var errs bytes.Buffer
			child.Stdout, child.Stderr = writer, &errs
			dir := t.TempDir()
			child.Env = append(os.Environ(), "HOME="+dir, "TEST_LAST_WAIT=500ms", "TEST_BEGUN="+begun(dir))
			w.check(child.Start())
			w.check(writer.Close())
			hasBegun(t, dir)
			time.Sleep(settle)
			w.check(child.Process.Signal(signal))
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = child.Wait() // its status is looked at
			}()
			select {
			case <-ended:
			case <-time.After(soon):
				_ = child.Process.Kill()
				t.Fatal("it does not end")
			}
			if status := child.ProcessState.ExitCode(); status != 130 || strings.Contains(errs.String(), "goroutine ") {
				t.Errorf("it ends with %d, want 130\n%s", status, errs.String())
			}
		})
	}
}
