package cli

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

type completionView struct {
	Shell  string `json:"shell"`
	Script string `json:"script"`
}

func newCompletion(env *Env) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	c := command("completion SHELL", argCount{1, 1}, nil)
	c.ValidArgs = shells
	c.RunE = func(c *cobra.Command, args []string) error {
		if !slices.Contains(shells, args[0]) {
			return problem.Say(problem.Usage, "shell", problem.Params{"value": args[0], "shells": strings.Join(shells, ", ")})
		}
		script, err := completionScript(c.Root(), args[0])
		if err != nil {
			return err
		}
		return env.result(completionView{args[0], script}, func(p *page) { p.b.WriteString(script) })
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
func (e *Env) describe(c *cobra.Command) {
	c.Short = e.short(c)
	for _, sub := range c.Commands() {
		e.describe(sub)
	}
}

// completeFlags offers the values of flags that take one of a few.
func (e *Env) completeFlags(c *cobra.Command) {
	values := map[string][]string{
		"output": outputs(c), "lang": {"en", "ja"}, "key-format": {"pkcs8", "pkcs1"},
		"for": slices.Sorted(maps.Keys(exportTargets())), "field": slices.Sorted(maps.Keys(inspectFields())),
	}
	for name, offered := range values {
		if c.Flags().Lookup(name) != nil || c.PersistentFlags().Lookup(name) != nil {
			must(c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(offered, cobra.ShellCompDirectiveNoFileComp)))
		}
	}
	if !c.HasParent() {
		must(c.RegisterFlagCompletionFunc("profile", e.completeProfiles))
	}
	for _, sub := range c.Commands() {
		e.completeFlags(sub)
	}
}

// must stops at a fault of the command tree itself, which any test would meet.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// completeProfiles offers the profiles of the config file.
func (e *Env) completeProfiles(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	s, err := e.state(c.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return s.Names(), cobra.ShellCompDirectiveNoFileComp
}
