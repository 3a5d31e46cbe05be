package settings

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type renameOptions struct {
	*cli.Env
	from, to string
}

// RenameView is the result of config profiles rename in JSON.
type RenameView struct {
	Profile string `json:"profile"`
	Former  string `json:"former"`
}

func newConfigProfiles(env *cli.Env) *cobra.Command {
	return cli.Group("profiles COMMAND", newRename(env, nil))
}

func newRename(env *cli.Env, run cli.Runner[renameOptions]) *cobra.Command {
	o := &renameOptions{Env: env}
	c := cli.Command("rename OLD NEW [flags]", cli.ArgCount{Least: 2, Most: 2}, func(ctx context.Context, args []string) error {
		o.from, o.to = args[0], args[1]
		return run.Or(runRename)(ctx, o)
	})
	c.ValidArgsFunction = func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return env.CompleteProfiles(c, args, begun)
	}
	return c
}

// runRename gives a profile another name; all that it holds stays as it is.
func runRename(ctx context.Context, o *renameOptions) error {
	err := o.Update(ctx, func(s *lifecycle.State) error { return s.Rename(o.from, o.to, o.Actor(), o.Now()) })
	if err != nil {
		return err
	}
	params := problem.Params{"profile": o.to, "former": o.from}
	return o.Result(RenameView{o.to, o.from}, func(p *cli.Page) {
		p.Say("config.renamed", params)
		p.Advise("config.renamed-next", params)
	})
}
