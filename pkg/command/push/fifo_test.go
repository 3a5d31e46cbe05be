//go:build !windows

package push_test

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// A push whose rows come from a pipe ends when it is interrupted, also while it waits: with
// its summary if it had any row, and with the rows that it had in the journal.
func TestInterruptedPipesEndWithASummary(t *testing.T) {
	t.Parallel()
	w := commandtest.NewPushWorld(t)
	for name, test := range map[string]struct {
		fifo bool
		row  bool
	}{
		"standard input, silent":       {false, false},
		"standard input, after a row":  {false, true},
		"a pipe that nobody writes to": {true, false},
		"a pipe, silent after a row":   {true, true},
	} {
		t.Run(name, func(t *testing.T) {
			streams, out, _ := term.Test()
			source, journal := "-", t.TempDir()+"/results"
			read, write := io.Pipe()
			streams.In = read
			row := func() { _, _ = io.WriteString(write, strings.Repeat("ab", 32)+" m\n") }
			if test.fifo {
				source = t.TempDir() + "/fifo"
				if err := syscall.Mkfifo(source, 0o600); err != nil {
					t.Fatal(err)
				}
				row = func() {
					f, err := os.OpenFile(source, os.O_WRONLY, 0)
					if err != nil {
						t.Error(err)
						return
					}
					t.Cleanup(func() { _ = f.Close() })
					_, _ = f.WriteString(strings.Repeat("ab", 32) + " m\n")
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			env := &cli.Env{IO: streams, Now: time.Now, Getenv: func(name string) string {
				return map[string]string{"APNSCTL_CONFIG": w.Path("config.yaml")}[name]
			}}
			before := len(w.Pushes())
			ended := make(chan int, 1)
			go func() {
				ended <- command.Main(ctx, env, w.Args("--tokens-file", source, "--results", journal, "-o", "json"))
			}()
			if test.row {
				row()
				for len(w.Pushes()) == before {
					time.Sleep(10 * time.Millisecond)
				}
			}
			time.Sleep(200 * time.Millisecond) // it waits
			cancel()
			select {
			case status := <-ended:
				if status != 130 {
					t.Errorf("status %d\n%s", status, out)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it does not end")
			}
			var answer struct {
				OK     bool
				Result struct{ Summary struct{ Accepted int } }
				Error  struct{ Code string }
			}
			if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			lines, _ := os.ReadFile(journal)
			switch {
			case !test.row && (answer.OK || answer.Error.Code != "interrupted"):
				t.Errorf("without a row: %s", out)
			case test.row && (answer.Result.Summary.Accepted != 1 || strings.Count(string(lines), "accepted") != 1):
				t.Errorf("with a row: %s\n%s", out, lines)
			}
		})
	}
}
