package request

import (
	"context"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/nextstep"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type renewOptions struct {
	*cli.Env
	cli.UnlockOptions
	main                  cli.Program
	file, watch           string
	passwordFile          string
	checklist, due, first bool
	expectTopic, warnDays string
	typed                 *cobra.Command
}

// RenewView is where a profile stands in its year.
type RenewView struct {
	Profile string        `json:"profile"`
	Case    nextstep.Case `json:"case"`
	Step    nextstep.Step `json:"step"`
	Steps   []RenewStep   `json:"steps"`
	// Import is the result of "apnsctl import", where --file named a file.
	Import map[string]any `json:"import,omitempty"`
}

// RenewDueView is where every profile that is due stands.
type RenewDueView struct {
	Profiles []RenewView `json:"profiles"`
}

// RenewStep is one step, and the command that does it; some are done elsewhere and have none.
type RenewStep struct {
	Name    nextstep.Step     `json:"name"`
	State   nextstep.Progress `json:"state"`
	Command string            `json:"command"`
}

// NewRenew makes the command renew, which runs others by main.
func NewRenew(env *cli.Env, main cli.Program, run cli.Runner[renewOptions]) *cobra.Command {
	o := &renewOptions{Env: env, main: main}
	c := env.ProfileCommand("renew [NAME] [flags]", func(ctx context.Context) error {
		env.Retyped = o.kept
		return run.Or(runRenew)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.file, "file", "", "FILE")
	f.StringVar(&o.watch, "watch", "", "DIR")
	f.BoolVar(&o.checklist, "checklist", false, "")
	f.BoolVar(&o.due, "due", false, "")
	f.BoolVar(&o.first, "first", false, "")
	f.StringVar(&o.expectTopic, "expect-topic", "", "TOPIC")
	f.StringVar(&o.warnDays, "warn-days", "", "DAYS")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	o.UnlockOptions.Flags(f)
	o.typed = c
	return c
}

func runRenew(ctx context.Context, o *renewOptions) error {
	if err := o.exclusive(); err != nil {
		return err
	}
	if o.due {
		return o.allDue(ctx)
	}
	var err error
	if o.expectTopic, err = lifecycle.GivenTopic(o.expectTopic); err != nil {
		return err
	}
	name, err := o.name(ctx)
	switch {
	case err != nil:
		return err
	case o.file != "":
		return o.takeFile(ctx, name)
	case o.watch != "" && !o.leads() && !o.checklist:
		return o.takeNext(ctx, name)
	case !o.leads():
		return o.show(ctx, name, nil)
	}
	return o.lead(ctx, name)
}

// leads tells whether a person is led through the steps.
func (o *renewOptions) leads() bool { return o.IO.CanAsk() && !o.checklist && !o.JSON() }

// exclusive refuses flags that do not go together.
func (o *renewOptions) exclusive() error {
	given := map[string]bool{
		"--file": o.file != "", "--watch": o.watch != "", "--checklist": o.checklist, "--due": o.due,
		"--first": o.first, "--expect-topic": o.expectTopic != "",
	}
	for _, pair := range [][2]string{
		{"--file", "--watch"},
		{"--file", "--checklist"},
		{"--file", "--due"},
		{"--watch", "--checklist"},
		{"--first", "--due"},
		{"--expect-topic", "--due"},
	} {
		if given[pair[0]] && given[pair[1]] {
			return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": pair[0], "other": pair[1]})
		}
	}
	if o.due && o.ProfileName() != "" && o.Global.Profile != "" {
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--profile", "other": "--due"})
	}
	return nil
}

// name chooses which profile is meant; it need not exist yet. What contradicts the config file is refused before
// anything is waited for, and a name that another has in all but its spelling where no walk comes to ask about it.
func (o *renewOptions) name(ctx context.Context) (string, error) {
	s, err := o.State(ctx)
	if err != nil {
		return "", err
	}
	name, err := s.Choose(o.ProfileName())
	if err == nil && (o.told() || !o.leads()) {
		err = s.CheckOpening(o.wish(name))
	}
	if err == nil && s.Profiles[name] == nil && len(s.Profiles) > 0 { // which may be a slip
		key, near := "profile-unmade", s.Nearest(name)
		if near != "" {
			key = "profile-unmade-near"
		}
		o.Note(key, problem.Params{"profile": name, "profiles": s.Others(name), "count": strconv.Itoa(len(s.Names())), "near": near})
	}
	return name, err
}

// year tells where a profile stands, as the config file says now.
func (o *renewOptions) year(ctx context.Context, name string) (nextstep.Year, error) {
	all, err := o.years(ctx, func(*lifecycle.State) []string { return []string{name} })
	if err != nil {
		return nextstep.Year{}, err
	}
	return all[0], nil
}

// years tells it of the profiles that names chooses.
func (o *renewOptions) years(ctx context.Context, names func(*lifecycle.State) []string) (all []nextstep.Year, err error) {
	o.Reread()
	s, err := o.State(ctx)
	if err != nil {
		return nil, err
	}
	terms, err := o.Terms(s, cli.TrustOptions{}, cli.ThresholdOptions{WarnDays: o.warnDays})
	if err != nil {
		return nil, err
	}
	at := nextstep.Situation{State: s, Now: o.Now()}
	for _, name := range names(s) {
		own := terms
		if p := s.Profiles[name]; p != nil {
			own = terms.For(p)
		}
		y, err := at.Year(name, own.Policy.WarnDays)
		if err != nil {
			return nil, err
		}
		all = append(all, o.opened(y))
	}
	return all, nil
}

// show prints the steps; taken is the result of the import that came before, if one did.
func (o *renewOptions) show(ctx context.Context, name string, taken map[string]any) error {
	y, err := o.year(ctx, name)
	if err != nil {
		return err
	}
	v := o.view(y)
	v.Import = taken
	return o.Result(v, func(p *cli.Page) { writeYear(p, y, o.next(y)) })
}

// allDue goes through the profiles that are due, or whose renewal has begun.
func (o *renewOptions) allDue(ctx context.Context) error {
	due, err := o.dueYears(ctx)
	if err != nil {
		return err
	}
	if o.leads() && len(due) > 0 {
		for _, y := range due {
			if err := o.lead(ctx, y.Profile); err != nil {
				return err
			}
		}
		return nil
	}
	views := []RenewView{}
	for _, y := range due {
		views = append(views, o.view(y))
	}
	return o.Result(RenewDueView{views}, func(p *cli.Page) {
		if len(due) == 0 {
			p.Say("renew.none-due", nil)
		}
		for _, y := range due {
			p.Blank()
			writeYear(p, y, o.next(y))
		}
	})
}

func (o *renewOptions) dueYears(ctx context.Context) ([]nextstep.Year, error) {
	all, err := o.years(ctx, (*lifecycle.State).Names)
	return slices.DeleteFunc(all, func(y nextstep.Year) bool {
		return y.Step != nextstep.Portal && !y.Due
	}), err
}

// line is a command line about a profile, with the flags that all of them share.
func (o *renewOptions) line(command, name string, args ...string) []string {
	line := append([]string{command}, args...)
	line = append(line, "--profile", name)
	for _, flag := range []struct{ name, value string }{
		{"--config", o.Global.Config}, {"--lang", string(o.Msg.Lang)},
	} {
		if flag.value != "" {
			line = append(line, flag.name, flag.value)
		}
	}
	if !o.IO.Color {
		line = append(line, "--no-color")
	}
	return line
}
