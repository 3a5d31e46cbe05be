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
	offer := func(f *pflag.Flag) {
		if few := choices(c, f); len(few) > 0 {
			must(c.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(few, cobra.ShellCompDirectiveNoFileComp)))
		}
	}
	c.Flags().VisitAll(offer)
	c.PersistentFlags().VisitAll(offer)
	if !c.HasParent() || c.Flags().Lookup("profile") != nil { // its own, which takes several
		must(c.RegisterFlagCompletionFunc("profile", e.CompleteProfiles))
	}
	for _, sub := range c.Commands() {
		completeFlags(e, sub)
	}
}

// choices are the values of a flag that takes one of a few; never nil.
func choices(c *cobra.Command, f *pflag.Flag) []string {
	switch few := f.Annotations[cli.ChoicesMark]; {
	case few != nil:
		return few
	case f.Name == "output":
		return cli.Outputs(c)
	case f.Name == "lang":
		return []string{"en", "ja"}
	}
	return []string{}
}

// completeCommands offers the commands below the one that the words name, and at the start
// further words.
func completeCommands(e *cli.Env, root *cobra.Command, words, further []string) []string {
	c, rest, err := root.Find(words)
	if err != nil || len(rest) > 0 {
		return nil
	}
	var offered []string
	for _, sub := range c.Commands() {
		offered = append(offered, sub.Name()+"\t"+short(e, sub))
	}
	if len(words) == 0 {
		offered = append(offered, further...)
	}
	return offered
}

// must stops at a fault of the command tree itself, which any test would meet.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
