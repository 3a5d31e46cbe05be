package rehearse_test

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/simulator/server"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// The lines that simulate --server prints are pasted by a newcomer: for each kind they work as they
// stand, from an empty folder to the answer of the server.
func TestTheLinesOfAStandInWork(t *testing.T) {
	run := func(ctx context.Context, dir string, streams *term.Streams, line ...string) int {
		variables := map[string]string{"HOME": dir, "USER": "tester"}
		return command.Main(ctx, &cli.Env{IO: streams, Now: time.Now, Getenv: func(name string) string { return variables[name] }}, line)
	}
	for _, kind := range server.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx, stop := context.WithCancel(t.Context())
			said, says := io.Pipe()
			ended := make(chan int, 1)
			go func() {
				streams, _, _ := term.Test()
				streams.Out = says
				ended <- run(ctx, dir, streams, "simulate", "--server", kind, "--ready-file", filepath.Join(dir, "ready.json"), "-o", "json")
				_ = says.Close()
			}()
			var told struct{ Result struct{ Commands []string } }
			if err := json.NewDecoder(said).Decode(&told); err != nil || len(told.Result.Commands) < 2 {
				t.Errorf("%q, %v", told.Result.Commands, err)
			}
			go func() { _, _ = io.Copy(io.Discard, said) }()
			for _, line := range told.Result.Commands { // a shell takes the quotes off
				streams, out, errs := term.Test()
				if status := run(t.Context(), dir, streams, strings.Fields(strings.ReplaceAll(line, "'", ""))[1:]...); status != 0 {
					t.Errorf("%s: status %d\n%s%s", line, status, out, errs)
				}
			}
			stop()
			if status := <-ended; status != 0 {
				t.Errorf("simulate ends with %d", status)
			}
		})
	}
}
