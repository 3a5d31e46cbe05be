package rehearse_test

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/simulator/server"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// The lines that simulate --server prints are pasted by a newcomer: for each kind they work as they
// stand, from an empty folder to the answer of the server, and each time that it is started there.
func TestTheLinesOfAStandInWork(t *testing.T) {
	for _, kind := range server.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir, newKey := t.TempDir(), testkey.InTurn()
			for range 2 { // the second finds the first one's config file, and listens elsewhere
				theLinesWork(t, dir, kind, newKey)
			}
		})
	}
}

// theLinesWork starts a stand-in in a folder, follows what it prints, and stops it.
func theLinesWork(t *testing.T, dir, kind string, newKey func() (*rsa.PrivateKey, error)) {
	t.Helper()
	run := func(ctx context.Context, streams *term.Streams, line ...string) int {
		variables := map[string]string{"HOME": dir, "USER": "tester"}
		getenv := func(name string) string { return variables[name] }
		return command.Main(ctx, &cli.Env{IO: streams, Now: time.Now, Getenv: getenv, NewKey: newKey}, line)
	}
	ctx, stop := context.WithCancel(t.Context())
	said, says := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		streams, _, _ := term.Test()
		streams.Out = says
		ended <- run(ctx, streams, "simulate", "--server", kind, "--ready-file", filepath.Join(dir, "ready.json"), "-o", "json")
		_ = says.Close()
	}()
	var told struct{ Result struct{ Commands []string } }
	if err := json.NewDecoder(said).Decode(&told); err != nil || len(told.Result.Commands) < 2 {
		t.Errorf("%q, %v", told.Result.Commands, err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	for _, line := range told.Result.Commands { // a shell takes the quotes off
		streams, out, errs := term.Test()
		if status := run(t.Context(), streams, strings.Fields(strings.ReplaceAll(line, "'", ""))[1:]...); status != 0 {
			t.Errorf("%s: status %d\n%s%s", line, status, out, errs)
		}
	}
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("simulate ends with %d", status)
	}
}
