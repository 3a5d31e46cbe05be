package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// loseResult is exit for a program whose result cannot be written, after which there is
// something new.
func loseResult(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 2, "lost STATUS PROGRAM [ARGUMENT...]")
	ts.Setenv("TEST_LOST", "yes")
	perform(ts, args)
	ts.Setenv("TEST_LOST", "")
}

// errFull is what a full disk answers.
var errFull = errors.New("no space left on device")

// fullOutput is an output that takes nothing.
type fullOutput struct{}

// Write implements [io.Writer].
func (fullOutput) Write([]byte) (int, error) { return 0, errFull }

// loseResults runs every command that writes where its result cannot be printed: what is done
// is said, with the place of keys, and what to do next; that nothing was changed is not. A key
// that was made is in the config file, and stays the key of the next request.
func loseResults(t *testing.T, w *world) {
	t.Helper()
	tried := 0
	for _, r := range writers() {
		lines := []string{r.args}
		if strings.Contains(r.args, "csr") && r.out != "" {
			lines = append(lines, strings.Replace(r.args, "--out "+r.out, "--out -", 1))
		}
		for _, args := range lines {
			for i, language := range []string{"en", "ja"} {
				if tried++; *kills < longRun && tried/2%2 != i { // by turns
					continue
				}
				t.Run(language+" "+args, func(t *testing.T) { loseOne(t, w, r, args, language) })
			}
		}
	}
	t.Logf("%d results are lost in a long run, half of them in a short one", tried)
	t.Run("nobody reads", func(t *testing.T) { loseReader(t, w) })
}

func loseOne(t *testing.T, w *world, r writer, args, language string) {
	t.Helper()
	dir := r.prepare(t, w)
	config := filepath.Join(dir, "config.yaml")
	before := fileText(t, config)
	status, said := there(dir, args, "TEST_LOST=yes", "APNSCTL_LANG="+language).ends(t)
	said = strings.Join(strings.Fields(said), " ")
	place := config
	if r.out != "" && strings.Contains(args, "--out "+r.out) || strings.HasPrefix(args, "export") {
		place = r.out
	}
	if status != 1 || !strings.Contains(strings.ReplaceAll(said, " ", ""), place) || !strings.Contains(said, "apnsctl ") {
		t.Errorf("it ends with %d: %s", status, said)
	}
	for _, wrong := range []string{"nothing was changed", "unexpected", "予期しない"} {
		if strings.Contains(said, wrong) {
			t.Errorf("it says %q: %s", wrong, said)
		}
	}
	if after := fileText(t, config); !strings.HasPrefix(args, "export") && after == before {
		t.Error("nothing is kept")
	}
}

// loseReader starts a command whose output nobody reads any more.
func loseReader(t *testing.T, w *world) {
	t.Helper()
	dir := writer{fixture: "several"}.prepare(t, w)
	gone, output, err := os.Pipe()
	w.check(err)
	w.check(gone.Close())
	defer output.Close()
	var said bytes.Buffer
	child := there(dir, "csr delta --unsigned --out -").command(t.Context())
	child.Stdout, child.Stderr = output, &said
	_ = child.Run() // its status is looked at
	if code := child.ProcessState.ExitCode(); code != 1 || !strings.Contains(said.String(), "private key") {
		t.Errorf("it ends with %v: %s", child.ProcessState, &said)
	}
}
