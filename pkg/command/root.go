package command

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/typed"
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
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

// entry is a command or a group below the root, which is made when it is needed.
type entry struct {
	name string
	make func() *cobra.Command
}

func entries(env *cli.Env) []entry {
	return []entry{
		{"init", func() *cobra.Command { return settings.NewInit(env, nil) }},
		{"config", func() *cobra.Command { return settings.NewConfig(env) }},
		{"vendor", func() *cobra.Command { return vendors.New(env) }},
		{"csr", func() *cobra.Command { return request.NewCSR(env, nil) }},
		{"portal", func() *cobra.Command { return request.NewPortal(env, nil) }},
		{"renew", func() *cobra.Command { return request.NewRenew(env, Main, nil) }},
		{"inspect", func() *cobra.Command { return inspect.New(env, nil) }},
		{"verify", func() *cobra.Command { return watch.NewVerify(env, nil) }},
		{"import", func() *cobra.Command { return profile.NewImport(env, nil) }},
		{"status", func() *cobra.Command { return watch.NewStatus(env, nil) }},
		{"notify", func() *cobra.Command { return notify.New(env, nil) }},
		{"token", func() *cobra.Command { return watch.NewToken(env) }},
		{"export", func() *cobra.Command { return profile.NewExport(env, nil) }},
		{"delete", func() *cobra.Command { return profile.NewDelete(env, nil) }},
		{"memo", func() *cobra.Command { return profile.NewMemo(env, nil) }},
		{"history", func() *cobra.Command { return profile.NewHistory(env, nil) }},
		{"rollback", func() *cobra.Command { return profile.NewRollback(env, nil) }},
		{"push", func() *cobra.Command { return push.New(env, nil) }},
		{"server", func() *cobra.Command { return server.New(env) }},
		{"doctor", func() *cobra.Command { return doctor.New(env, nil) }},
		{"devices", func() *cobra.Command { return devices.New(env) }},
		{"simulate", func() *cobra.Command { return rehearse.NewSimulate(env, nil) }},
		{"demo", func() *cobra.Command { return rehearse.NewDemo(env, Main, nil) }},
		{"completion", func() *cobra.Command { return newCompletion(env) }},
		{"man", func() *cobra.Command { return newMan(env) }},
		{"version", func() *cobra.Command { return newVersion(env) }},
	}
}

// newRoot is the whole command tree. Texts are not in it: help finds them in the
// catalogue by the command's path when somebody asks.
func newRoot(env *cli.Env) *cobra.Command { return rootOf(env, entries(env)) }

// rootFor is as much of the tree as a command line needs, for the others and their flags are most
// of what a start would do. Where the first word is no command, anything may be meant, and some
// commands show the others.
func rootFor(env *cli.Env, args []string) *cobra.Command {
	all := entries(env)
	for _, one := range all {
		if len(args) > 0 && args[0] == one.name && one.name != "completion" && one.name != "man" {
			return rootOf(env, []entry{one})
		}
	}
	return rootOf(env, all)
}

func rootOf(env *cli.Env, entries []entry) *cobra.Command {
	root := cli.Group("apnsctl COMMAND")
	for _, e := range entries {
		root.AddCommand(e.make())
	}
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
		if len(args) == 1 && readsFiles(c) {
			env.Given = args[0]
		}
		env.Wanted = wanted(c)
		env.Chained = func(file string) string { return chained(c, env.Global.Profile, file) }
		return cmp.Or(env.Begin(c), secretsThere(c))
	}
	env.GlobalFlags(root.PersistentFlags())
	common(env, root)
	common(env, help)
	return root
}

// secretsThere refuses a command line that names a file with a passphrase or a password which is not there, before
// any sentence can repeat what may be the secret itself.
func secretsThere(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if typed.SecretFile(f.Name) && f.Name != "identity" {
			err = cmp.Or(err, disk.CheckSecret("--"+f.Name, f.Value.String()))
		}
	})
	return err
}

// wanted is a command's path in one word.
func wanted(c *cobra.Command) string {
	return strings.ReplaceAll(strings.TrimPrefix(c.CommandPath(), "apnsctl "), " ", "-")
}

// readsFiles tells whether the arguments of a command are files.
func readsFiles(c *cobra.Command) bool {
	return strings.Contains(c.Use, "FILE") || strings.Contains(c.Use, "CSR")
}

// chained is the command as it was typed, for the file in question ("": those that it was given), to be given
// --chain. Where a command takes no authorities, status looks in its place.
func chained(c *cobra.Command, profile, file string) string {
	command, flags, files := "apnsctl status", "", []string(nil)
	if c.Flags().Lookup("chain") != nil {
		command = c.CommandPath()
		flags = strings.TrimPrefix(typed.Line(c, profile, "chain"), command)
		if readsFiles(c) {
			files = c.Flags().Args()
		}
	}
	if file != "" {
		files = []string{file}
	}
	for _, name := range files {
		command += " " + msg.Quote(msg.Clean(name))
	}
	return command + flags
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
	typed.OnlyOnce(c.Flags())
	typed.OnlyOnce(c.PersistentFlags())
	for _, sub := range c.Commands() {
		common(e, sub)
	}
}
