package server

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type testOptions struct {
	*cli.Env
	cli.UnlockOptions
	name string
}

// TestView is the result of server test in JSON.
type TestView struct {
	View

	Used UsedView `json:"used"`
	// TriedAgainst says what the calls of this kind were tried against.
	TriedAgainst string `json:"tried_against"`
}

func newTest(env *cli.Env, run cli.Runner[testOptions]) *cobra.Command {
	o := &testOptions{Env: env}
	c := named(env, "test NAME [flags]", func(ctx context.Context, name string) error {
		o.name = name
		return run.Or(runTest)(ctx, o)
	})
	o.UnlockOptions.Flags(c.Flags())
	return c
}

// runTest asks a server what it uses: that it answers says that it is there, and that the
// credential is good for reading.
func runTest(ctx context.Context, o *testOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	profile, topic, err := o.topic(s)
	if err != nil {
		return err
	}
	at, err := opener(o.Env, s, o.UnlockOptions).Open(ctx, o.name, topic)
	if err != nil {
		return err
	}
	used, err := at.Used(ctx)
	if err != nil {
		return err
	}
	tried := "server.tried." + string(at.Kind)
	v := TestView{View: newView(s, o.name), Used: newUsed(used, o.Now()), TriedAgainst: o.English().T(tried, nil)}
	return o.Result(v, func(p *cli.Page) {
		say(p, "test.answers", problem.Params{"server": o.name})
		writeServer(p, v.View)
		p.Fields(page.Field{Label: "tried", Value: p.Env.T(tried, nil)})
		key, params := "test.uses", problem.Params{"server": o.name, "profile": profile}
		switch {
		case used.Unasked && profile == "":
			key = "next.link-topic"
		case used.Unasked:
			key = "next.first"
		case used.Missing:
			key = "test.missing"
		case used.Alert == "" && used.NotAfter.IsZero() && used.Topic == "":
			key = "test.silent"
		}
		advise(p, key, params)
		p.Fields(usedFields(p, used)...)
		p.Fields(page.Field{Label: "alert", Value: used.Alert})
	})
}

// topic is that of the profile that was named, or of the first that is linked with the server: some
// kinds have to be told which certificate is asked about.
func (o *testOptions) topic(s *lifecycle.State) (profile, topic string, err error) {
	profiles := s.LinkedWith(o.name)
	if o.Global.Profile != "" {
		profiles = []string{o.Global.Profile}
	}
	if len(profiles) == 0 {
		return "", "", nil
	}
	p, err := s.Profile(profiles[0])
	if err != nil {
		return "", "", err
	}
	known, err := p.KnownTopic(profiles[0])
	return profiles[0], known.Topic, err
}
