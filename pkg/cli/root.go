package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// newRoot is the whole command tree. Texts are not in it: help finds them in the
// catalogue by the command's path when somebody asks.
func newRoot(env *Env) *cobra.Command {
	root := group("apnsctl COMMAND",
		newInit(env, nil), newVendor(env), newCSR(env, nil), newPortal(env, nil),
		newInspect(env, nil), newVerify(env, nil), newImport(env, nil),
		newStatus(env, nil), newToken(env), newExport(env, nil), newDelete(env, nil),
		newPush(env, nil), newDoctor(env, nil), newDevices(env),
		newSimulate(env, nil), newDemo(env, nil),
		newCompletion(env), newVersion(env),
	)
	root.SetHelpCommand(newHelp(env))
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(env.IO.In)
	root.SetOut(env.IO.Out)
	root.SetErr(env.IO.Err)
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { env.helpErr = env.showHelp(c) })
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return flagProblem(c, err) })
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return env.begin(c) }
	env.globalFlags(root.PersistentFlags())
	return root
}

func (e *Env) globalFlags(f *pflag.FlagSet) {
	g := &e.global
	f.StringVar(&g.config, "config", "", "FILE")
	f.StringVarP(&g.profile, "profile", "p", "", "NAME")
	f.StringVarP(&g.output, "output", "o", g.output, "FORMAT")
	f.StringVar(&g.lang, "lang", "", "en|ja")
	f.BoolVar(&g.noColor, "no-color", false, "")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "")
}

// begin checks the flags that every command takes, once they are parsed.
func (e *Env) begin(c *cobra.Command) error {
	g := &e.global
	if g.lang != "" && g.lang != string(msg.English) && g.lang != string(msg.Japanese) {
		return problem.Say(problem.Usage, "lang", problem.Params{"value": g.lang})
	}
	if g.output == "" {
		g.output = outputText
	}
	if formats := outputs(c); !slices.Contains(formats, g.output) {
		return problem.Say(problem.Usage, "output", problem.Params{"value": g.output, "formats": strings.Join(formats, ", ")})
	}
	if err := emptyFlag(c); err != nil {
		return err
	}
	if out := c.Flags().Lookup("out"); out != nil && out.Value.String() == "-" && e.json() {
		return problem.Say(problem.Usage, "out-and-json", nil)
	}
	if g.noColor {
		e.IO.Color = false
	}
	return nil
}

// emptyFlag refuses a flag that was given without a value, as a shell variable that is
// not set gives it: left out in silence, it could take a check along.
func emptyFlag(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" {
			err = problem.Say(problem.Usage, "flag-value", problem.Params{"command": c.CommandPath(), "flag": "--" + f.Name})
		}
	})
	return err
}

// outputs are the formats that a command can print; more than text and JSON are
// named in its annotation.
func outputs(c *cobra.Command) []string {
	formats := []string{outputText, outputJSON}
	if more := c.Annotations["outputs"]; more != "" {
		formats = append(formats, strings.Fields(more)...)
	}
	return formats
}

// command makes a command whose arguments are checked with our sentences.
func command(use string, args argCount, run func(context.Context, []string) error) *cobra.Command {
	c := &cobra.Command{Use: use, DisableFlagsInUseLine: true}
	c.Args = func(c *cobra.Command, given []string) error { return args.check(c, given) }
	c.RunE = func(c *cobra.Command, given []string) error { return run(c.Context(), given) }
	return c
}

// argCount is how many arguments a command takes; most -1 is any number.
type argCount struct{ least, most int }

func (a argCount) check(c *cobra.Command, given []string) error {
	params := problem.Params{"command": c.CommandPath(), "use": c.UseLine()}
	switch {
	case len(given) < a.least:
		return problem.Say(problem.Usage, "too-few", params)
	case a.most >= 0 && len(given) > a.most:
		params["argument"] = given[a.most]
		return problem.Say(problem.Usage, "too-many", params)
	}
	return nil
}

// group makes a command that only holds others. Cobra would answer an unknown one
// with help and status 0.
func group(use string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, DisableFlagsInUseLine: true}
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(c, args[0])
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		if !c.HasParent() {
			return c.Help()
		}
		return problem.Say(problem.Usage, "needs-subcommand", problem.Params{"command": c.CommandPath()})
	}
	c.AddCommand(commands...)
	return c
}

// unknownCommand names the command that was probably meant: the nearest one, if a typing
// mistake or two lie between.
func unknownCommand(c *cobra.Command, name string) error {
	params := problem.Params{"command": c.CommandPath(), "name": name}
	for c.SuggestionsMinimumDistance = range 3 {
		if near := c.SuggestionsFor(name); len(near) > 0 {
			params["nearest"] = near[0]
			return problem.Say(problem.Usage, "misspelt-command", params)
		}
	}
	return problem.Say(problem.Usage, "unknown-command", params)
}

// flagProblem turns pflag's typed errors into ours.
func flagProblem(c *cobra.Command, err error) error {
	params := problem.Params{"command": c.CommandPath()}
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		params["flag"] = dashed(e.GetSpecifiedName())
		return problem.Say(problem.Usage, "unknown-flag", params)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		params["flag"] = dashed(e.GetSpecifiedName())
		return problem.Say(problem.Usage, "flag-value", params)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		params["flag"], params["value"] = "--"+e.GetFlag().Name, e.GetValue()
		if bounds, ok := errors.AsType[outOfRange](err); ok {
			params["least"], params["most"] = bounds.least, bounds.most
			return problem.Say(problem.Usage, "flag-range", params)
		}
		return problem.Say(problem.Usage, "flag-invalid", params)
	}
	params["detail"] = err.Error()
	return problem.Say(problem.Usage, "flag-other", params)
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
