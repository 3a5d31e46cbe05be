package server

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/server"
)

type linkOptions struct {
	*cli.Env
	name string
}

// LinkView is the result of server link in JSON.
type LinkView struct {
	Server  string `json:"server"`
	Profile string `json:"profile"`
	Before  string `json:"before"` // the server that it was linked with
	Changed bool   `json:"changed"`
}

func newLink(env *cli.Env, run cli.Runner[linkOptions]) *cobra.Command {
	o := &linkOptions{Env: env}
	return named(env, "link NAME [flags]", func(ctx context.Context, name string) error {
		o.name = name
		return run.Or(runLink)(ctx, o)
	})
}

func runLink(ctx context.Context, o *linkOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	if _, err := s.Server(o.name); err != nil {
		return err
	}
	name, p, err := o.Profile(s)
	if err != nil {
		return err
	}
	v := LinkView{Server: o.name, Profile: name, Before: p.Server, Changed: p.Server != o.name}
	if err := o.Update(ctx, func(s *lifecycle.State) error { return s.LinkServer(o.name, name) }); err != nil {
		return err
	}
	at := s.Servers[o.name]
	return o.Result(v, func(p *cli.Page) {
		params := problem.Params{"server": v.Server, "profile": v.Profile}
		say(p, "linked", params)
		if v.Changed && v.Before != "" {
			say(p, "linked-before", problem.Params{"server": v.Before})
		}
		offers := server.Kind(at.Kind).Offers()
		switch known, err := s.Profiles[name].KnownTopic(name); {
		case adviseMissing(p, o.name, missing(offers, at.Credentials)):
		case offers.NeedsTopic && err == nil && known.Topic == "":
			advise(p, "next.first", params)
		default:
			advise(p, "next.show", params)
		}
	})
}

type removeOptions struct {
	*cli.Env
	name  string
	force bool
}

// RemoveView is the result of server remove in JSON.
type RemoveView struct {
	Server   string   `json:"server"`
	Unlinked []string `json:"unlinked"` // the profiles that were linked with it
}

func newRemove(env *cli.Env, run cli.Runner[removeOptions]) *cobra.Command {
	o := &removeOptions{Env: env}
	c := named(env, "remove NAME [flags]", func(ctx context.Context, name string) error {
		o.name = name
		return run.Or(runRemove)(ctx, o)
	})
	c.Flags().BoolVar(&o.force, "force", false, "")
	return c
}

// runRemove takes a server out of the config file. On the server itself nothing changes.
func runRemove(ctx context.Context, o *removeOptions) error {
	v := RemoveView{Server: o.name, Unlinked: []string{}}
	err := o.Update(ctx, func(s *lifecycle.State) error {
		unlinked, err := s.RemoveServer(o.name, o.force)
		v.Unlinked = append(v.Unlinked, unlinked...)
		return err
	})
	if err != nil {
		return err
	}
	return o.Result(v, func(p *cli.Page) {
		say(p, "removed", problem.Params{"server": v.Server})
		for _, profile := range slices.Sorted(slices.Values(v.Unlinked)) {
			say(p, "unlinked", problem.Params{"profile": profile})
		}
	})
}
