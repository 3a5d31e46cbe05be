package command_test

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// panics is a stream that panics with its first use, wherever that is.
type panics struct{}

func (panics) Read([]byte) (int, error)  { panic("injected") }
func (panics) Write([]byte) (int, error) { panic("injected") }

// A panic, also in a goroutine, is a bug: exit 1 with one JSON document, and never the exit 2 that
// tells a caller to mend the command.
func TestACrashIsNeverExit2(t *testing.T) {
	w := commandtest.NewPushWorld(t)
	token := strings.Repeat("ab", 32)
	leaf := w.Path("acme.pem")
	many := make([]string, 50)
	for i := range many {
		many[i] = leaf
	}
	clock := func(nth int64) func() time.Time {
		var calls atomic.Int64
		return func() time.Time {
			if calls.Add(1) == nth {
				panic("injected")
			}
			return time.Now()
		}
	}
	rows := map[string]struct {
		in   io.Reader
		out  io.Writer
		now  func() time.Time
		args []string
	}{
		"a file that is read from standard input":   {in: panics{}, args: []string{"inspect", "-", "-o", "json"}},
		"a certificate from standard input":         {in: panics{}, args: []string{"import", "-", "-o", "json"}},
		"one of many files":                         {now: clock(1), args: append([]string{"inspect", "-o", "json"}, many...)},
		"the clock while the state file is read":    {now: clock(1), args: []string{"status", "-o", "json"}},
		"tokens that are read while others are out": {in: panics{}, args: w.Args("--push-magic", "m", "--tokens-file", "-", "-o", "json")},
		"a line of a result":                        {out: panics{}, args: w.Args("--token", token, "--push-magic", "m", "-o", "ndjson")},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			streams, stdout, stderr := term.Test()
			streams.In = row.in
			if row.out != nil {
				streams.Out = row.out
			}
			now := row.now
			if now == nil {
				now = time.Now
			}
			variables := map[string]string{"APNSCTL_CONFIG": w.Path("config.yaml"), "USER": "tester"}
			before, err := os.ReadFile(w.Path("config.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			env := &cli.Env{IO: streams, Now: now, Getenv: func(name string) string { return variables[name] }}
			status := command.Main(t.Context(), env, row.args)
			if status != 1 || !strings.Contains(stdout.String()+stderr.String(), "injected") {
				t.Errorf("status %d\n%s%s", status, stdout, stderr)
			}
			var answer struct {
				OK    bool
				Error struct{ Code string }
			}
			if row.out == nil && (json.Unmarshal(stdout.Bytes(), &answer) != nil || answer.OK || answer.Error.Code != "internal") {
				t.Errorf("the answer is %s", stdout)
			}
			if after, err := os.ReadFile(w.Path("config.yaml")); err != nil || string(after) != string(before) {
				t.Error("the config file was changed")
			}
		})
	}
	t.Logf("%d panics", len(rows))

	streams, _, stderr := term.Test()
	always := func() time.Time { panic("injected, and again") }
	env := &cli.Env{IO: streams, Now: always, Getenv: func(string) string { return "" }}
	if status := command.Main(t.Context(), env, append([]string{"inspect", "-o", "json"}, many...)); status != 1 || !strings.Contains(stderr.String(), "injected, and again") {
		t.Errorf("where telling it panics as well: status %d\n%s", status, stderr)
	}
}
