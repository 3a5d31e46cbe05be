package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/spf13/cobra"
)

// Begin checks the flags that every command takes, once they are parsed.
func (e *Env) Begin(c *cobra.Command) error {
	g := &e.Global
	if g.lang != "" && g.lang != string(msg.English) && g.lang != string(msg.Japanese) {
		return problem.Say(problem.Usage, "lang", problem.Params{"value": g.lang})
	}
	if g.Output == "" {
		g.Output = outputText
	}
	if formats := Outputs(c); !slices.Contains(formats, g.Output) {
		return problem.Say(problem.Usage, "output", problem.Params{"value": g.Output, "formats": strings.Join(formats, ", ")})
	}
	if err := emptyFlag(c); err != nil {
		return err
	}
	if out := c.Flags().Lookup("out"); out != nil && out.Value.String() == "-" && e.JSON() {
		return problem.Say(problem.Usage, "out-and-json", nil)
	}
	if g.noColor {
		e.IO.Color = false
	}
	return e.checkDoors(c)
}

// Command makes a command whose arguments are checked with our sentences.
func Command(use string, args ArgCount, run func(context.Context, []string) error) *cobra.Command {
	c := &cobra.Command{Use: use, DisableFlagsInUseLine: true}
	c.Args = func(c *cobra.Command, given []string) error { return args.check(c, given) }
	c.RunE = func(c *cobra.Command, given []string) error { return run(c.Context(), given) }
	return c
}

// ArgCount is how many arguments a command takes; most -1 is any number.
type ArgCount struct{ Least, Most int }

func (a ArgCount) check(c *cobra.Command, given []string) error {
	params := problem.Params{"command": c.CommandPath(), "use": c.UseLine()}
	switch {
	case len(given) < a.Least:
		return problem.Say(problem.Usage, "too-few", params)
	case a.Most >= 0 && len(given) > a.Most:
		params["argument"] = given[a.Most]
		return problem.Say(problem.Usage, "too-many", params)
	case readsArguments(c) && slices.Contains(given, ""): // a shell variable that is not set is no file
		return problem.Say(problem.Usage, "empty.file", params)
	}
	return nil
}

// Group makes a command that only holds others. Cobra would answer an unknown one
// with help and status 0.
func Group(use string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, DisableFlagsInUseLine: true}
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return UnknownCommand(c, args[0])
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		if !c.HasParent() {
			return c.Help()
		}
		return problem.Say(problem.Usage, "unknown-command.none", problem.Params{"command": c.CommandPath()})
	}
	c.AddCommand(commands...)
	return c
}

// UnknownCommand names the command that was probably meant: the nearest one, if a typing
// mistake or two lie between.
func UnknownCommand(c *cobra.Command, name string) error {
	params := problem.Params{"command": c.CommandPath(), "name": name}
	for c.SuggestionsMinimumDistance = range 3 {
		if near := c.SuggestionsFor(name); len(near) > 0 {
			params["nearest"] = near[0]
			return problem.Say(problem.Usage, "unknown-command.near", params)
		}
	}
	return problem.Say(problem.Usage, "unknown-command", params)
}

// ProfileCommand makes a command that takes the name of its profile as an argument too,
// where no file could stand.
func (e *Env) ProfileCommand(use string, run func(context.Context) error) *cobra.Command {
	c := Command(use, ArgCount{0, 1}, func(ctx context.Context, args []string) error {
		if err := e.nameProfile(args); err != nil {
			return err
		}
		return run(ctx)
	})
	c.ValidArgsFunction = func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return e.CompleteProfiles(c, args, begun)
	}
	return c
}

// nameProfile takes the profile's name from the arguments, in place of --profile.
func (e *Env) nameProfile(args []string) error {
	if len(args) == 0 {
		return nil
	}
	given := e.Global.Profile
	switch {
	case args[0] == "": // a shell variable that is not set must not pick the only profile
		return problem.Say(problem.Usage, "empty.profile", nil)
	case disk.NamesFile(args[0]) && (e.atHand() == nil || e.atHand().Profiles[args[0]] == nil):
		return problem.Say(problem.Usage, "profile-file", problem.Params{"file": args[0]})
	case given != "" && given != args[0]:
		return problem.Say(problem.Usage, "exclusive.profiles", problem.Params{"first": given, "second": args[0]})
	}
	e.Global.Profile = args[0]
	return nil
}

// CompleteProfiles offers the profiles of the config file.
func (e *Env) CompleteProfiles(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	s, err := e.State(c.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return s.Names(), cobra.ShellCompDirectiveNoFileComp
}

// ProfilesCommand is [Env.ProfileCommand] for a command that takes several profiles: as arguments,
// or by -p again and again. The work gets their names, each once; none where nobody named one.
func (e *Env) ProfilesCommand(use string, run func(context.Context, []string) error) *cobra.Command {
	var flagged []string
	c := Command(use, ArgCount{0, -1}, func(ctx context.Context, args []string) error {
		names, err := e.nameProfiles(args, flagged)
		if err != nil {
			return err
		}
		return run(ctx, names)
	})
	c.Flags().StringArrayVarP(&flagged, "profile", "p", nil, "NAME")
	c.ValidArgsFunction = e.CompleteProfiles
	return c
}

// nameProfiles are the profiles that a command line names, in one way or the other.
func (e *Env) nameProfiles(args, flagged []string) ([]string, error) {
	names := slices.Concat(args, flagged)
	if slices.Contains(names, "") { // a shell variable that is not set must not pick the only profile
		return nil, problem.Say(problem.Usage, "empty.profile", nil)
	}
	var once []string
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	if len(once) > 1 && len(args) > 0 && len(flagged) > 0 {
		return nil, problem.Say(problem.Usage, "exclusive.profiles", problem.Params{"first": flagged[0], "second": args[0]})
	}
	if len(once) == 1 {
		e.Global.Profile = once[0]
	}
	return once, nil
}
