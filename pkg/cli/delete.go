package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

type deleteOptions struct {
	*Env
	confirm string
	yes     bool
	purge   bool
}

type deleteView struct {
	Profile string      `json:"profile"`
	Purged  bool        `json:"purged"`
	Deleted *storedView `json:"deleted"`
}

func newDelete(env *Env, run runner[deleteOptions]) *cobra.Command {
	o := &deleteOptions{Env: env}
	c := command("delete [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runDelete)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.confirm, "confirm", "", "NAME")
	f.BoolVar(&o.yes, "yes", false, "")
	f.BoolVar(&o.purge, "purge", false, "")
	return c
}

func runDelete(ctx context.Context, o *deleteOptions) error {
	s, err := o.state(ctx)
	if err != nil {
		return err
	}
	name, p, err := o.profile(s)
	if err != nil {
		return err
	}
	leaf, err := p.Leaf(name)
	if err != nil {
		return err
	}
	if leaf == nil && !o.purge {
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	}
	if err := o.confirmed(name); err != nil {
		return err
	}
	var options []state.Option
	if o.purge {
		options = append(options, state.ScrubBackup())
	}
	err = o.update(ctx, func(s *lifecycle.State) error { return s.Delete(name, o.actor(), o.purge, o.Now()) }, options...)
	if err != nil {
		return err
	}
	params := problem.Params{"profile": name}
	if leaf != nil {
		params["topic"] = leaf.Topic()
	}
	return o.result(deleteView{name, o.purge, newStoredView(leaf)}, func(p *page) {
		if o.purge {
			p.say("delete.purged", params)
			return
		}
		p.say("delete.done", params)
		p.advise("delete.next", params)
	})
}

// confirmed asks for the profile's name: whoever has to type it looks at it.
func (o *deleteOptions) confirmed(name string) error {
	answer := o.confirm
	switch {
	case o.yes:
		return nil
	case answer == "" && !o.IO.CanAsk():
		return problem.Say(problem.NoTerminal, "delete", problem.Params{"profile": name})
	case answer == "":
		question := "output.delete.ask"
		if o.purge {
			question = "output.delete.ask-purge"
		}
		var err error
		if answer, err = o.IO.Ask(o.T(question, problem.Params{"profile": name})); err != nil {
			return err
		}
	}
	if answer != name {
		return problem.Say(problem.ConfirmationWrong, "delete", problem.Params{"profile": name, "given": answer})
	}
	return nil
}
