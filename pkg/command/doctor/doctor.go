package doctor

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type doctorOptions struct {
	*cli.Env
	cli.UnlockOptions
	route   cli.RouteOptions
	offline bool // look at this machine only
	ask     bool // ask for the passphrase
	strict  bool
}

// New makes the command.
func New(env *cli.Env, run cli.Runner[doctorOptions]) *cobra.Command {
	o := &doctorOptions{Env: env}
	c := env.ProfileCommand("doctor [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runDoctor)(ctx, o)
	})
	f := c.Flags()
	f.BoolVar(&o.offline, "offline", false, "")
	f.BoolVar(&o.ask, "unlock", false, "")
	f.BoolVar(&o.strict, "strict", false, "")
	o.route.Flags(f)
	o.UnlockOptions.Flags(f)
	return c
}

func runDoctor(ctx context.Context, o *doctorOptions) error {
	w, err := o.world(ctx)
	if err != nil {
		return err
	}
	checks, err := w.Examine(ctx)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return problem.New(problem.Interrupted, nil).Because(ctx.Err())
	}
	worst, exit := doctor.Gravest(checks, o.strict)
	v := View{ExitCode: exit, Verdict: worst, Checks: []CheckView{}}
	for _, c := range checks {
		v.Checks = append(v.Checks, checkView(o.English(), c))
	}
	return o.Verdict(v, exit, func(p *cli.Page) { writeDoctor(p, checks, worst) })
}
