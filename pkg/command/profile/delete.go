package profile

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/state"
)

type deleteOptions struct {
	*cli.Env
	names   []string
	confirm string
	yes     bool
	purge   bool
}

// DeleteView is the result of delete in JSON.
type DeleteView struct {
	Profile string         `json:"profile"`
	Purged  bool           `json:"purged"`
	Deleted *report.Stored `json:"deleted"`
}

// NewDelete makes the command delete.
func NewDelete(env *cli.Env, run cli.Runner[deleteOptions]) *cobra.Command {
	o := &deleteOptions{Env: env}
	c := env.ProfilesCommand("delete [NAME...] [flags]", func(ctx context.Context, names []string) error {
		o.names = names
		return run.Or(runDelete)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.confirm, "confirm", "", "NAME")
	f.BoolVar(&o.yes, "yes", false, "")
	f.BoolVar(&o.purge, "purge", false, "")
	return c
}

func runDelete(ctx context.Context, o *deleteOptions) error {
	if len(o.names) > 1 {
		return o.several(ctx, o.names)
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	name, leaf, err := o.Leaf(s)
	if err != nil {
		return err
	}
	if leaf == nil && !o.purge {
		return problem.Say(problem.CertificateMissing, "delete", problem.Params{"profile": name})
	}
	if err := o.confirmed(name); err != nil {
		return err
	}
	err = o.Update(ctx, func(s *lifecycle.State) error { return s.Delete(name, o.Actor(), o.purge, o.Now()) }, o.scrub()...)
	if err != nil {
		return err
	}
	params, words := problem.Params{"profile": name}, "delete"
	if s.Profiles[name].WatchedOnly() {
		words = "delete.elsewhere"
	}
	if leaf != nil {
		params["topic"] = leaf.Topic()
	}
	return o.Result(DeleteView{name, o.purge, report.NewStored(leaf)}, func(p *cli.Page) {
		if o.purge {
			p.Say("delete.purged", params)
			return
		}
		p.Say(words+".done", params)
		p.Advise(words+".next", params)
	})
}

// scrub has a purge leave no copy behind.
func (o *deleteOptions) scrub() []state.Option {
	if o.purge {
		return []state.Option{state.ScrubBackup()}
	}
	return nil
}

// confirmed asks for the profile's name: whoever has to type it looks at it.
func (o *deleteOptions) confirmed(name string) error {
	if o.yes {
		return nil
	}
	params, question := problem.Params{"profile": name, "command": "apnsctl delete -p " + msg.Quote(name)}, "output.delete.ask"
	if o.purge { // what is typed next has to do the same
		params["command"] += " --purge"
		question = "output.delete.ask-purge"
	}
	answer := o.confirm
	switch {
	case answer == "" && o.IO.CanAsk():
		var err error
		if answer, err = o.IO.Ask(o.T(question, params)); err != nil {
			return err
		}
	case answer == "":
		params["command"] += " --confirm " + msg.Quote(name)
		if o.purge {
			return problem.Say(problem.NoTerminal, "name.purge", params)
		}
		return problem.Say(problem.NoTerminal, "name.delete", params)
	}
	if answer != name {
		params["given"] = answer
		return problem.Say(problem.ConfirmationWrong, "name", params)
	}
	return nil
}
