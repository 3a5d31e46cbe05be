package watch

import (
	"context"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// StatusOptions are the flags of status.
type StatusOptions struct {
	*cli.Env
	cli.ThresholdOptions
	files        []string
	trust        cli.TrustOptions
	passwordFile string
	out          string
	force, long  bool
	online       bool
	unlock       cli.UnlockOptions
	states       []string
}

// StatusView is the result of status in JSON.
type StatusView struct {
	report.View[report.Status]

	// Recipients are those who can open the keys of the config file beside its owner, as it says.
	Recipients []string `json:"recipients"`
}

// NewStatus makes the command status.
func NewStatus(env *cli.Env, run cli.Runner[StatusOptions]) *cobra.Command {
	o := &StatusOptions{Env: env}
	c := cli.Command("status [FILE...] [flags]", cli.ArgCount{Least: 0, Most: -1}, func(ctx context.Context, args []string) error {
		o.files, env.Retyped = args, asSoon(o.WarnDays)
		return run.Or(runStatus)(ctx, o)
	})
	c.Annotations = map[string]string{"outputs": strings.Join(report.Forms(), " ")}
	env.ShowFailure("status", "nagios", func(message string, exit problem.Exit) (string, problem.Exit) {
		status, _ := report.NagiosStatus(exit)
		if exit != problem.ExitInterrupted {
			exit = problem.Exit(max(status, nagiosUnknown))
		}
		return report.NagiosError(message), exit
	})
	env.ShowFailure("status", "github", func(message string, exit problem.Exit) (string, problem.Exit) {
		return report.GitHubError(message), exit
	})
	f := c.Flags()
	o.ThresholdOptions.Flags(f)
	f.StringVar(&o.trust.Root, "trust-root", "", "FILE")
	f.StringVar(&o.trust.Chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	cli.OutputVar(f, &o.out, "out", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.long, "long", false, "")
	f.BoolVar(&o.online, "online", false, "")
	o.unlock.Flags(f)
	f.StringSliceVar(&o.states, "state", nil, "STATES")
	cli.Choices(f, "state", stateNames()...)
	return c
}

// leanPercent is how much garbage may stand beside what is in use, in percent.
const leanPercent = 25

// nagiosUnknown is the status of a plugin that could not look.
const nagiosUnknown = 3

func runStatus(ctx context.Context, o *StatusOptions) error {
	defer debug.SetGCPercent(debug.SetGCPercent(leanPercent)) // ten thousand certificates within 100 MB
	for _, state := range o.states {
		if !slices.Contains(stateNames(), state) {
			return problem.Say(problem.Usage, "choice", problem.Params{
				"flag": "--state", "value": state, "choices": strings.Join(stateNames(), ", "),
			})
		}
	}
	if err := o.checkOut(); err != nil {
		return err
	}
	look := o.watched
	if len(o.files) > 0 {
		look = o.inFiles
	}
	sheet, err := look(ctx)
	if err != nil {
		return err
	}
	sheet.Words = words{o.Env}
	return o.write(sheet)
}

// conditions are the states that --state keeps; none keeps all.
func (o *StatusOptions) conditions() []lifecycle.Condition {
	var states []lifecycle.Condition
	for _, state := range o.states {
		states = append(states, lifecycle.Condition(state))
	}
	return states
}

func stateNames() []string {
	var names []string
	for _, c := range report.Conditions() {
		names = append(names, string(c))
	}
	return names
}
