package rehearse

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type demoOptions struct {
	*cli.Env
	keep   string
	server string
	main   cli.Program
}

// DemoView is the result of demo in JSON.
type DemoView struct {
	Steps []DemoStep `json:"steps"`
	Kept  string     `json:"kept"`
}

// DemoStep is one command that the demo ran, and the exit status that it had to have.
type DemoStep struct {
	Command string       `json:"command"`
	Exit    problem.Exit `json:"exit"`
	Want    problem.Exit `json:"want"`
}

// NewDemo makes the command demo.
func NewDemo(env *cli.Env, main cli.Program, run cli.Runner[demoOptions]) *cobra.Command {
	o := &demoOptions{Env: env, main: main}
	c := cli.Command("demo [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runDemo)(ctx, o)
	})
	cli.OutputVar(c.Flags(), &o.keep, "keep", "", "DIR")
	c.Flags().StringVar(&o.server, "server", "", "KIND")
	cli.Choices(c.Flags(), "server", demoServer)
	return c
}

func runDemo(ctx context.Context, o *demoOptions) (err error) {
	if o.server != "" && o.server != demoServer {
		return problem.Say(problem.Usage, "choice", problem.Params{"flag": "--server", "value": o.server, "choices": demoServer})
	}
	dir, remove, err := o.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	stage, err := newStage(ctx, o, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.sim.Close()) }()
	play := stage.play
	if o.server != "" {
		play = stage.playServer
	}
	if err := play(ctx); err != nil {
		return err
	}
	kept := ""
	if o.keep != "" {
		kept = dir
	}
	if !o.JSON() {
		stage.say("end", nil)
		if kept != "" {
			stage.say("kept", problem.Params{"dir": kept})
		}
		return stage.unheard
	}
	return o.Result(DemoView{stage.steps, kept}, nil)
}

// folder is where the demo lives: a temporary one that leaves nothing behind, or the
// empty one that --keep names.
func (o *demoOptions) folder() (dir string, remove func() error, err error) {
	if o.keep == "" {
		dir, err = os.MkdirTemp("", "apnsctl-demo-")
		return dir, func() error { return os.RemoveAll(dir) }, err
	}
	if dir, err = filepath.Abs(o.keep); err != nil {
		return "", nil, err
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return "", nil, problem.Say(problem.OutputExists, "keep", problem.Params{"file": dir})
	}
	return dir, func() error { return nil }, disk.WrapUnwritable(dir, os.MkdirAll(dir, 0o700))
}
