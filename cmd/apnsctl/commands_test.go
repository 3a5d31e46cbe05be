package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apnsctl/apnsctl/pkg/term"
)

// need ends a script whose line is not of the form that usage shows.
func need(ts *testscript.TestScript, ok bool, usage string) {
	if !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

// exit runs a program and requires this status. It holds every run to the promises that
// all commands make: after a failure the config file is as it was, and with -o json
// standard output is one document.
func exit(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 2, "exit STATUS PROGRAM [ARGUMENT...]")
	if status, changed := perform(ts, args); status != 0 && changed {
		ts.Fatalf("exit status %d, but the config file or its backup has changed", status)
	}
}

// remembered is exit for the one failure that may change the config file: a refused import
// that records the topic of the file.
func remembered(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 3 && args[2] == "import", "remembered STATUS PROGRAM import [ARGUMENT...]")
	before := refusals(ts)
	status, changed := perform(ts, args)
	if status == 0 || !changed {
		ts.Fatalf("exit status %d, config file changed: %v; want a refusal that is remembered", status, changed)
	}
	if now := refusals(ts); now != before+1 {
		ts.Fatalf("%d refused files are remembered, want %d", now, before+1)
	}
}

// toldSome is exit for a run of notify that fails after it has told some, and remembers them.
func toldSome(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 3 && args[2] == "notify", "toldsome STATUS PROGRAM notify [ARGUMENT...]")
	if status, changed := perform(ts, args); status == 0 || !changed {
		ts.Fatalf("exit status %d, config file changed: %v; want a failure after which some are remembered", status, changed)
	}
}

// partly is exit for a command that takes what is good of many things: its status tells of the
// others, and the config file changes.
func partly(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 2, "partly STATUS PROGRAM [ARGUMENT...]")
	if status, changed := perform(ts, args); status == 0 || !changed {
		ts.Fatalf("exit status %d, config file changed: %v; want a part that is done", status, changed)
	}
}

// refusals counts the refused files that the config file remembers.
func refusals(ts *testscript.TestScript) int {
	return strings.Count(string(configFiles(ts)[0]), "\n    refused:\n")
}

// perform runs a program, requires its status, and tells whether the config file changed.
func perform(ts *testscript.TestScript, args []string) (status int, changed bool) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	before := configFiles(ts)
	done := execute(ts, args[1], args[2:]...)
	status = done.Status
	if status != want {
		ts.Fatalf("exit status %d, want %d", status, want)
	}
	stateOf(ts).counsel.gather(ts, args[1:])
	if args[1] == "apnsctl" {
		stateOf(ts).said.check(ts, args[2:], string(done.Stderr))
	}
	if i := slices.Index(args, "-o"); i > 0 && slices.Contains(args[i:], "json") {
		checkDocument(ts, string(done.Stdout))
		stateOf(ts).schemas.check(ts, args[2:], string(done.Stdout))
	}
	return status, !slices.EqualFunc(before, configFiles(ts), bytes.Equal)
}

// execute runs a program, with what the script has typed for it, if anything.
func execute(ts *testscript.TestScript, program string, args ...string) (done outcome) {
	of := reflect.ValueOf(ts).Elem() // testscript shows neither its environment nor what is typed
	typed := of.FieldByName("stdin").String() + of.FieldByName("ttyin").String()
	if program != "apnsctl" || typed != "" {
		ts.Setenv("TEST_LINGER", "100ms") // testscript closes its terminal with the program's end, read or not
		err := ts.Exec(program, args...)
		ts.Setenv("TEST_LINGER", "")
		failed, ok := errors.AsType[*exec.ExitError](err)
		if ok {
			done.Status = failed.ExitCode()
		} else {
			ts.Check(err)
		}
		done.Stdout = []byte(ts.ReadFile("stdout"))
		done.Stderr = []byte(ts.ReadFile("stderr"))
		return done
	}
	e := errand{Dir: ts.MkAbs("."), Args: args}
	for i := range of.FieldByName("env").Len() {
		e.Env = append(e.Env, of.FieldByName("env").Index(i).String())
	}
	e.Env = append(e.Env, "PWD="+e.Dir)
	done, err := e.run()
	ts.Check(err)
	_, _ = ts.Stdout().Write(done.Stdout)
	_, _ = ts.Stderr().Write(done.Stderr)
	return done
}

// configFiles reads the config file and the version before; nil where there is none.
func configFiles(ts *testscript.TestScript) [][]byte {
	path := ts.Getenv("APNSCTL_CONFIG")
	if path == "" {
		return nil
	}
	var all [][]byte
	for _, name := range []string{path, path + ".bak"} {
		data, err := os.ReadFile(ts.MkAbs(name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			ts.Fatalf("%v", err)
		}
		all = append(all, data)
	}
	return all
}

// setClock sets the clock of the commands that follow and of the running simulator.
func setClock(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 1, "clock TIME")
	now, err := time.Parse(time.RFC3339, args[0])
	ts.Check(err)
	ts.Setenv("TEST_NOW", args[0])
	stateOf(ts).now.Store(&now)
}

func bytesEqual(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 2, "[!] bytes-equal FILE FILE")
	if equal := ts.ReadFile(args[0]) == ts.ReadFile(args[1]); equal == neg {
		ts.Fatalf("%s and %s: equal is %v", args[0], args[1], equal)
	}
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 2, "mode FILE OCTAL")
	want, err := strconv.ParseUint(args[1], 8, 32)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := info.Mode().Perm(); got != fs.FileMode(want) {
		ts.Fatalf("%s has mode %04o, want %04o", args[0], got, want)
	}
}

// width80 requires that no line is wider than a terminal, but for the lines with one
// of the values named: what is there to be copied is never wrapped.
func width80(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) > 0, "width80 FILE [VALUE...]")
	text := ts.ReadFile(args[0])
	if text == "" {
		ts.Fatalf("%s is empty", args[0])
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		allowed := slices.ContainsFunc(args[1:], func(value string) bool { return strings.Contains(line, value) })
		if width := term.Width(line); width > term.Columns && !allowed {
			ts.Fatalf("a line of %d columns: %s", width, line)
		}
	}
}

// waitFor waits until a background process has written a file.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 1, "waitfor FILE")
	for range 1000 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s did not appear", args[0])
}

// samplesFolder holds files of every kind; its README tells how they were made.
const samplesFolder = "../../testdata/pushcert"

// sample copies one of the readers' sample files, whose keys guard nothing.
func sample(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && (len(args) == 1 || len(args) == 2), "sample FILE [NAME]")
	name := filepath.Base(args[0])
	if len(args) == 2 {
		name = args[1]
	}
	data, err := os.ReadFile(filepath.Join(samplesFolder, args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o600))
	holdsKey(ts, false, []string{name})
}
