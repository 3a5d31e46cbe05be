package profile

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type rollbackOptions struct {
	*cli.Env
	to         string
	yes, force bool
}

// NewRollback makes the command rollback.
func NewRollback(env *cli.Env, run cli.Runner[rollbackOptions]) *cobra.Command {
	o := &rollbackOptions{Env: env}
	c := env.ProfileCommand("rollback [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runRollback)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.to, "to", "", "SERIAL")
	f.BoolVar(&o.yes, "yes", false, "")
	f.BoolVar(&o.force, "force", false, "")
	return c
}

// runRollback brings the certificate of before back. What speaks against it comes before the
// question, which is asked of a copy.
func runRollback(ctx context.Context, o *rollbackOptions) error {
	s, terms, err := o.StateAndTerms(ctx, cli.TrustOptions{})
	if err != nil {
		return err
	}
	name, _, err := o.Profile(s)
	if err != nil {
		return err
	}
	back := lifecycle.RollbackOptions{Terms: terms, Profile: name, Serial: o.to, Actor: o.Actor(), Force: o.force}
	tried, err := s.Rollback(back)
	if err != nil {
		return err
	}
	if err := o.confirmed(tried); err != nil {
		return err
	}
	back.Serial = tried.Certificate.SerialHex() // the one that was asked about
	var out *lifecycle.Outcome
	err = o.Update(ctx, func(s *lifecycle.State) (err error) {
		out, err = s.Rollback(back)
		return err
	})
	if err != nil {
		return err
	}
	out.Todo = left(s, out, nil)
	return o.Result(newImport(o.Env, "", out, false), func(p *cli.Page) { writeImport(p, out, nil) })
}

// confirmed asks for the profile's name, with both certificates before the person's eyes.
func (o *rollbackOptions) confirmed(out *lifecycle.Outcome) error {
	if o.yes {
		return nil
	}
	params := outcomeParams(out)
	params["command"] = "apnsctl rollback -p " + msg.Quote(out.Profile)
	if !o.IO.CanAsk() {
		params["command"] += " --yes"
		switch {
		case out.Undone:
			return problem.Say(problem.NoTerminal, "name.rollback.undone", params)
		case out.Headline == lifecycle.HeadlineReplaced:
			return problem.Say(problem.NoTerminal, "name.rollback.topic", params)
		}
		return problem.Say(problem.NoTerminal, "name.rollback", params)
	}
	params["serial"], params["not_after"] = out.Certificate.SerialHex(), problem.Time(out.Certificate.X509.NotAfter)
	question := "output.rollback.ask"
	switch {
	case out.Undone:
		question = "output.rollback.ask-undone"
	case out.Headline != lifecycle.HeadlineRolledBack:
		question = "output.rollback.ask-topic"
	}
	answer, err := o.IO.Ask(o.T(question, params))
	if err != nil {
		return err
	}
	if answer != out.Profile {
		params["given"] = answer
		return problem.Say(problem.ConfirmationWrong, "name", params)
	}
	return nil
}
