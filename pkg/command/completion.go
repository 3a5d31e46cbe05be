package command

import (
	"bytes"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type completionView struct {
	Shell  string `json:"shell"`
	Script string `json:"script"`
}

func newCompletion(env *cli.Env) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	c := cli.Command("completion SHELL", cli.ArgCount{Least: 1, Most: 1}, nil)
	c.ValidArgs = shells
	c.RunE = func(c *cobra.Command, args []string) error {
		if !slices.Contains(shells, args[0]) {
			return problem.Say(problem.Usage, "shell", problem.Params{"value": args[0], "shells": strings.Join(shells, ", ")})
		}
		script, err := completionScript(c.Root(), args[0])
		if err != nil {
			return err
		}
		return env.Result(completionView{args[0], script}, func(p *cli.Page) { p.B.WriteString(script) })
	}
	return c
}

func completionScript(root *cobra.Command, shell string) (string, error) {
	var b bytes.Buffer
	var err error
	switch shell {
	case "bash":
		err = root.GenBashCompletionV2(&b, true)
	case "zsh":
		err = root.GenZshCompletion(&b)
	case "fish":
		err = root.GenFishCompletion(&b, true)
	case "powershell":
		err = root.GenPowerShellCompletionWithDesc(&b)
	}
	return b.String(), err
}

// describe gives cobra the texts that a shell shows beside a completion.
func describe(e *cli.Env, c *cobra.Command) {
	c.Short = short(e, c)
	for _, sub := range c.Commands() {
		describe(e, sub)
	}
}

// completeFlags offers the values of flags that take one of a few.
func completeFlags(e *cli.Env, c *cobra.Command) {
	values := map[string][]string{"output": cli.Outputs(c), "lang": {"en", "ja"}}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if few := f.Annotations[cli.ChoicesMark]; few != nil {
			values[f.Name] = few
		}
	})
	for name, offered := range values {
		if c.Flags().Lookup(name) != nil || c.PersistentFlags().Lookup(name) != nil {
			must(c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(offered, cobra.ShellCompDirectiveNoFileComp)))
		}
	}
	if !c.HasParent() || c.Flags().Lookup("profile") != nil { // its own, which takes several
		must(c.RegisterFlagCompletionFunc("profile", e.CompleteProfiles))
	}
	for _, sub := range c.Commands() {
		completeFlags(e, sub)
	}
}

// must stops at a fault of the command tree itself, which any test would meet.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
