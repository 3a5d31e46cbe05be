package push_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// interruptible is standard input that gives one row and, once that is pushed, interrupts
// the command, as a person does who sees that nothing more comes.
type interruptible struct {
	row    io.Reader
	pushed func() bool
	cancel func()
}

func (i *interruptible) Read(p []byte) (int, error) {
	n, err := i.row.Read(p)
	if err == nil {
		return n, nil
	}
	for !i.pushed() {
		time.Sleep(10 * time.Millisecond)
	}
	time.AfterFunc(200*time.Millisecond, i.cancel) // the answer is on its way
	select {}                                      // like a pipe that nobody writes to
}

func TestInterruptedPushEndsWithItsSummary(t *testing.T) {
	t.Parallel()
	w := commandtest.NewPushWorld(t)
	for i, output := range []string{"json", "ndjson"} {
		pushed := func() bool { return len(w.Pushes()) > i }
		streams, out, _ := term.Test()
		ctx, cancel := context.WithCancel(t.Context())
		streams.In = &interruptible{strings.NewReader(strings.Repeat("ab", 32) + " m\n"), pushed, cancel}
		getenv := func(name string) string { return map[string]string{"APNSCTL_CONFIG": w.Path("config.yaml")}[name] }
		env := &cli.Env{IO: streams, Now: time.Now, Getenv: getenv}
		status := command.Main(ctx, env, w.Args("--tokens-file", "-", "-o", output))
		if status != int(problem.ExitInterrupted) {
			t.Errorf("%s: status %d", output, status)
		}
		var answer struct {
			Summary struct{ Total, Accepted int }
			Result  struct {
				Summary struct{ Total, Accepted int }
				Stopped struct{ Code problem.Code }
			}
		}
		text := strings.TrimSpace(out.String())
		if output == "ndjson" {
			text = text[strings.LastIndexByte(text, '\n')+1:]
		}
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatalf("%s: %v\n%s", output, err, out)
		}
		if got := answer.Result.Summary.Accepted + answer.Summary.Accepted; got != 1 {
			t.Errorf("%s: %d accepted in the summary\n%s", output, got, out)
		}
		if output == "json" && answer.Result.Stopped.Code != problem.Interrupted {
			t.Errorf("stopped by %q", answer.Result.Stopped.Code)
		}
	}
}
