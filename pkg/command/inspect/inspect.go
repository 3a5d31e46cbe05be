package inspect

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type inspectOptions struct {
	*cli.Env
	files        []string
	field        string
	passwordFile string
	trust        cli.TrustOptions
	// state is the config file, or an empty one where none can be read: whose a key is.
	state *lifecycle.State
}

// New makes the command.
func New(env *cli.Env, run cli.Runner[inspectOptions]) *cobra.Command {
	o := &inspectOptions{Env: env}
	c := cli.Command("inspect FILE... [flags]", cli.ArgCount{Least: 1, Most: -1}, func(ctx context.Context, args []string) error {
		o.files = args
		return run.Or(runInspect)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.field, "field", "", "FIELD")
	cli.Choices(f, "field", slices.Sorted(maps.Keys(inspectFields()))...)
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	f.StringVar(&o.trust.Root, "trust-root", "", "FILE")
	f.StringVar(&o.trust.Chain, "chain", "", "FILE")
	return c
}

// runInspect reads files on all processors and prints them in their order as they are
// done. One bad file does not stop the rest; the status tells that there was one.
func runInspect(ctx context.Context, o *inspectOptions) error {
	if err := o.checkField(); err != nil {
		return err
	}
	files, err := disk.Expand(ctx, o.files)
	if err != nil {
		return err
	}
	o.Many = len(files) > 1
	// No config file is needed; one that is a rehearsal names its own authorities.
	s, err := o.State(ctx)
	if ctx.Err() != nil {
		return err
	}
	if err != nil {
		s = &lifecycle.State{}
	}
	o.state = s
	trust, err := o.Env.Trust(s, o.trust)
	if err != nil {
		return err
	}
	exit, err := o.print(ctx, o.inspected(ctx, files, trust))
	if err == nil && exit != problem.ExitOK {
		err = cli.Verdict{Exit: exit}
	}
	return err
}

// checkField tells whether --field names a value that can be printed bare.
func (o *inspectOptions) checkField() error {
	fields := inspectFields()
	switch {
	case o.field == "":
		return nil
	case o.JSON():
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--field", "other": "--output json"})
	case fields[o.field] == nil:
		names := slices.Sorted(maps.Keys(fields))
		return problem.Say(problem.Usage, "field", problem.Params{"value": o.field, "fields": strings.Join(names, ", ")})
	}
	return nil
}
