package command

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command/devices"
	"github.com/apnsctl/apnsctl/pkg/command/doctor"
	"github.com/apnsctl/apnsctl/pkg/command/inspect"
	"github.com/apnsctl/apnsctl/pkg/command/notify"
	"github.com/apnsctl/apnsctl/pkg/command/profile"
	"github.com/apnsctl/apnsctl/pkg/command/push"
	"github.com/apnsctl/apnsctl/pkg/command/rehearse"
	"github.com/apnsctl/apnsctl/pkg/command/request"
	"github.com/apnsctl/apnsctl/pkg/command/server"
	"github.com/apnsctl/apnsctl/pkg/command/settings"
	"github.com/apnsctl/apnsctl/pkg/command/vendors"
	"github.com/apnsctl/apnsctl/pkg/command/watch"
)

// newRoot is the whole command tree. Texts are not in it: help finds them in the
// catalogue by the command's path when somebody asks.
func newRoot(env *cli.Env) *cobra.Command {
	root := cli.Group("apnsctl COMMAND",
		settings.NewInit(env, nil),
		settings.NewConfig(env),
		vendors.New(env),
		request.NewCSR(env, nil),
		request.NewPortal(env, nil),
		request.NewRenew(env, Main, nil),
		inspect.New(env, nil),
		watch.NewVerify(env, nil),
		profile.NewImport(env, nil),
		watch.NewStatus(env, nil),
		notify.New(env, nil),
		watch.NewToken(env),
		profile.NewExport(env, nil),
		profile.NewDelete(env, nil),
		profile.NewMemo(env, nil),
		profile.NewHistory(env, nil),
		profile.NewRollback(env, nil),
		push.New(env, nil),
		server.New(env),
		doctor.New(env, nil),
		devices.New(env),
		rehearse.NewSimulate(env, nil),
		rehearse.NewDemo(env, Main, nil),
		newCompletion(env),
		newMan(env),
		newVersion(env),
	)
	help := newHelp(env)
	root.SetHelpCommand(help)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(env.IO.In)
	root.SetOut(env.IO.Out)
	root.SetErr(env.IO.Err)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { env.HelpErr = showHelp(env, c) })
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		env.Wanted = wanted(c)
		return cli.FlagProblem(c, err)
	})
	root.PersistentPreRunE = func(c *cobra.Command, args []string) error {
		if len(args) == 1 && (strings.Contains(c.Use, "FILE") || strings.Contains(c.Use, "CSR")) {
			env.Given = args[0]
		}
		env.Wanted = wanted(c)
		return env.Begin(c)
	}
	env.GlobalFlags(root.PersistentFlags())
	common(env, root)
	common(env, help)
	return root
}

// wanted is a command's path in one word.
func wanted(c *cobra.Command) string {
	return strings.ReplaceAll(strings.TrimPrefix(c.CommandPath(), "apnsctl "), " ", "-")
}

// common gives a command, and those below it, what all have in common: --version goes
// before everything else, and a flag that counts once is not given twice.
func common(e *cli.Env, c *cobra.Command) {
	check, run := c.Args, c.RunE
	c.Args = func(c *cobra.Command, args []string) error {
		if e.Global.Version {
			return nil
		}
		return check(c, args)
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if e.Global.Version {
			return showVersion(e)
		}
		return run(c, args)
	}
	cli.OnlyOnce(c.Flags())
	cli.OnlyOnce(c.PersistentFlags())
	for _, sub := range c.Commands() {
		common(e, sub)
	}
}
