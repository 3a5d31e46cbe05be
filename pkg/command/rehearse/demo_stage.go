package rehearse

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/simulator/server"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// stage is where the demo is played: the real commands in this process, with a clock
// that can jump a year, against a simulator that nobody else reaches. No variable and
// no config file of the person reaches the commands.
type stage struct {
	env        *cli.Env
	main       cli.Program
	dir        string
	sim        *simulator.Simulator
	passphrase string
	ahead      time.Duration // how far the demo's clock is ahead
	chapter    int
	steps      []DemoStep
	devices    []demoDevice
	standIn    *server.Server // with --server
	unheard    error          // why the story could not be told
}

func newStage(ctx context.Context, o *demoOptions, dir string) (*stage, error) {
	s := &stage{env: o.Env, main: o.main, dir: dir, passphrase: rand.Text(), steps: []DemoStep{}}
	var err error
	s.sim, err = simulator.Start(ctx, simulator.Options{Dir: s.path("simulator"), Now: s.now, NewKey: o.NewKey})
	if err != nil {
		return nil, problem.Say(problem.ListenFailed, "demo", problem.Params{"detail": err.Error()}).Because(err)
	}
	return s, nil
}

func (s *stage) now() time.Time { return s.env.Now().Add(s.ahead) }

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

// getenv is the environment of the demo's commands: the passphrase, which opens the server too, where the
// simulated portal is, and nothing else.
func (s *stage) getenv(name string) string {
	switch name {
	case "APNSCTL_PASSPHRASE", demoToken:
		return s.passphrase
	case "APNSCTL_PORTAL_URL":
		return s.sim.PortalURL()
	case "USER":
		return "demo"
	}
	return ""
}

// begin opens a chapter of the story.
func (s *stage) begin(key string) {
	s.chapter++
	title := fmt.Sprintf("\n%d. %s", s.chapter, s.env.T("demo."+key+".title", nil))
	s.print(s.env.IO.Paint(term.Bold, title) + "\n")
	s.say(key+".text", nil)
}

// say tells what happens, in the words of the catalogue's demo file.
func (s *stage) say(key string, params problem.Params) {
	s.print(term.Wrap(s.env.T("demo."+key, params), s.env.IO.Columns) + "\n")
}

func (s *stage) print(text string) {
	if !s.env.JSON() && s.unheard == nil {
		s.unheard = s.env.WriteText(text)
	}
}

// run plays one command and shows it as a person would type it. Files are named as
// they lie in the demo's folder. An exit status other than
// wanted ends the demo, and so does a story that nobody can hear.
func (s *stage) run(ctx context.Context, want problem.Exit, args ...string) error {
	out, exit := s.exec(ctx, args)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	shown := "apnsctl " + strings.Join(cli.Quoted(args), " ")
	s.print("\n" + s.env.IO.Paint(term.Bold, s.typed(args)) + "\n" + indent(out))
	if exit != problem.ExitOK {
		s.say("exit", problem.Params{"exit": fmt.Sprint(exit)})
	}
	if s.unheard != nil {
		return s.unheard
	}
	s.steps = append(s.steps, DemoStep{shown, exit, want})
	if exit != want {
		return problem.New(problem.DemoFailed, problem.Params{"step": shown, "got": fmt.Sprint(exit), "want": fmt.Sprint(want)})
	}
	return nil
}

// typed shows a command as it would be typed, continued on further lines if it is long.
func (s *stage) typed(args []string) string {
	line, width := "$ apnsctl", len("$ apnsctl")
	for _, word := range cli.Quoted(args) {
		if width+1+term.Width(word) > s.env.IO.Columns-2 {
			line, width = line+" \\\n   ", 3
		}
		line += " " + word
		width += 1 + term.Width(word)
	}
	return line
}

// exec runs a command and returns what it printed.
func (s *stage) exec(ctx context.Context, args []string) (string, problem.Exit) {
	var out bytes.Buffer
	streams, _, _ := term.Test()
	streams.Out, streams.Err, streams.Color, streams.Columns = &out, &out, s.env.IO.Color, s.env.IO.Columns-len(margin)
	streams.Folder = s.dir + string(filepath.Separator)
	inner := &cli.Env{IO: streams, Now: s.now, Getenv: s.getenv, Build: s.env.Build, NewKey: s.env.NewKey, Work: s.env.Work}
	line := []string{"--config", s.path("config.yaml"), "--lang", string(s.env.Msg.Lang)}
	for i, a := range args {
		if i > 0 && s.isFile(args[i-1], a) {
			a = s.path(a)
		}
		line = append(line, a)
	}
	exit := s.main(ctx, inner, line)
	return strings.ReplaceAll(out.String(), streams.Folder, ""), problem.Exit(exit)
}

// isFile tells whether an argument names a file of the demo's folder.
func (s *stage) isFile(before, arg string) bool {
	if before == "--out" || before == "--trust-root" || before == "--ca-file" {
		return true
	}
	_, err := os.Stat(s.path(arg))
	return err == nil
}

// refused plays a command that has to end with status 3 and leave the config file as it is.
func (s *stage) refused(ctx context.Context, args ...string) error {
	before, err := os.ReadFile(s.path("config.yaml"))
	if err != nil {
		return err
	}
	if err := s.run(ctx, problem.ExitRefused, args...); err != nil {
		return err
	}
	after, err := os.ReadFile(s.path("config.yaml"))
	if err != nil {
		return err
	}
	if !bytes.Equal(before, after) {
		return problem.Say(problem.DemoFailed, "state-changed", problem.Params{"step": strings.Join(args, " ")})
	}
	return nil
}

// margin sets what a command prints apart from the story.
const margin = "  "

func indent(text string) string {
	if text == "" {
		return ""
	}
	return margin + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+margin) + "\n"
}
