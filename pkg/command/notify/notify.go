package notify

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/remind"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/state"
)

type options struct {
	*cli.Env
	unlock cli.UnlockOptions
	dryRun bool
	to     []string
}

// outputEML prints mails as they would be sent.
const outputEML = "eml"

// New makes the command notify.
func New(env *cli.Env, run cli.Runner[options]) *cobra.Command {
	o := &options{Env: env}
	c := cli.Command("notify [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runNotify)(ctx, o)
	})
	c.Annotations = map[string]string{"outputs": outputEML}
	f := c.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "")
	f.StringArrayVar(&o.to, "to", nil, "ADDRESS")
	o.unlock.Flags(f)
	return c
}

func runNotify(ctx context.Context, o *options) error {
	if o.Global.Output == outputEML && !o.dryRun {
		return problem.Say(problem.Usage, "eml-dry-run", nil)
	}
	s, err := o.StateOfProfile(ctx)
	if err != nil {
		return err
	}
	if name := o.ProfileName(); name != "" {
		if _, err := s.Profile(name); err != nil {
			return err
		}
	}
	t, err := o.target(s)
	if err != nil {
		return err
	}
	plan, missed, err := o.plan(ctx, s, t.policy)
	if err != nil {
		return err
	}
	why, err := o.reach(t, plan)
	if err != nil {
		return err
	}
	r := newResult(plan)
	o.complain(missed, r)
	if why != "" {
		o.Warn(o.missing(why, plan.Skipped...))
	}
	if o.dryRun {
		return o.preview(s, t, plan, r)
	}
	if err := o.tell(ctx, s, t, plan, r); err != nil {
		return err
	}
	return o.Verdict(r.view, r.exit(), r.write)
}

// reach is why somebody would not be told; that nobody would be is an error. So is a webhook that is set
// wrongly, unless something is due, of which it is a way that fails, among others.
func (o *options) reach(t *target, plan remind.Plan) (remind.Reason, error) {
	why, all := plan.Unreachable()
	switch {
	case t.flaw != nil && len(plan.Due) == 0:
		return "", t.flaw
	case all:
		return "", o.missing(why).Err()
	}
	return why, nil
}

// missing is the finding that somebody would not be told: for no one was named, or there is no
// way to them. Where that is so of some things alone, it names them.
func (o *options) missing(why remind.Reason, some ...remind.Skipped) problem.Finding {
	if why == remind.NoMailServer {
		return problem.FoundAs(problem.RecipientMissing, "no-way", problem.Critical, nil)
	}
	const most = 3
	var things []string
	for _, s := range some {
		if s.Why == why {
			things = append(things, called(o.Env, s.Kind, s.Profile, name(s.Thing)))
		}
	}
	switch {
	case len(things) == 0:
		return problem.Found(problem.RecipientMissing, problem.Critical, nil)
	case len(things) > most:
		things = append(things[:most], "…")
	}
	return problem.FoundAs(problem.RecipientMissing, "some", problem.Critical, problem.Params{"things": strings.Join(things, ", ")})
}

// tell delivers what is due, one after the other, and remembers each before the next: after a
// kill at most one is told twice, and none is lost.
func (o *options) tell(ctx context.Context, s *lifecycle.State, t *target, plan remind.Plan, r *result) error {
	if len(plan.Due) > 0 {
		if err := t.unseal(ctx, o, s, plan.Due); err != nil {
			return err
		}
		if err := o.canRemember(ctx); err != nil {
			return err
		}
	}
	defer t.mailer.Close()
	r.view.Due = dueViews(plan.Due)
	err := o.tellAll(ctx, t, plan.Due, r)
	if err == nil {
		err = o.ping(ctx, s, t, r)
	}
	if err == nil || len(r.view.Told) == 0 {
		return err
	}
	p := problem.Of(err) // and the answer says who was told before
	o.Complain(p)
	r.view.Stopped = o.ErrorView(p)
	return nil
}

// canRemember proves that the config file can be written: what cannot be remembered would be told
// again at each run.
func (o *options) canRemember(ctx context.Context) error {
	err := o.Update(ctx, func(*lifecycle.State) error { return nil }, state.Prove())
	if p := problem.Of(err); p != nil && p.Key() == string(problem.StateUnwritable) {
		return problem.Say(problem.StateUnwritable, "untold", p.Params).Because(err)
	}
	return err
}

func (o *options) tellAll(ctx context.Context, t *target, due []remind.Notice, r *result) error {
	for _, n := range due {
		err := o.tellOne(ctx, t, n, r)
		if err == nil || problem.Of(err).Code == problem.ResultLost {
			r.view.Due = r.view.Due[1:]
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fail notes that a notice does not arrive, and says why, once for all who are told that way.
func (o *options) fail(t *target, n remind.Notice, p *problem.Error, r *result) {
	if w := wayOf(n); t.barred[w] == nil || !t.said[w] {
		t.said[w] = true
		o.Complain(p)
	}
	r.failed(n, p.Code)
}

// tellOne delivers one notice and remembers it, also when a signal comes between.
func (o *options) tellOne(ctx context.Context, t *target, n remind.Notice, r *result) error {
	s, err := o.StateOfProfile(ctx)
	if err != nil {
		return err
	}
	if !n.Still(s) {
		return nil // another run was faster
	}
	if err := t.deliver(ctx, o, s, n); err != nil {
		p := problem.Of(err)
		if p.Code == problem.Interrupted || p.Code == problem.Internal {
			return err
		}
		o.fail(t, n, p, r)
		return nil
	}
	at := o.Now()
	r.told(n, at)
	err = o.Update(context.WithoutCancel(ctx), func(s *lifecycle.State) error {
		n.Told(s, o.Actor(), at)
		return nil
	})
	if err != nil {
		p := problem.Of(err)
		return problem.Say(problem.ResultLost, "told", problem.Params{"recipient": n.Recipient, "path": p.Params["path"], "detail": string(p.Code)}).Because(err)
	}
	return nil
}

// ping tells the dead man's switch that all were told.
func (o *options) ping(ctx context.Context, s *lifecycle.State, t *target, r *result) error {
	if t.ping == "" || r.exit() != problem.ExitOK {
		return nil
	}
	address, err := t.ping, error(nil)
	if !setting.IsURL(address) {
		address, err = o.References(s, o.unlock).Find(ctx, setting.NotifyPing, address)
	}
	if err == nil && !setting.IsURL(address) {
		err = problem.Say(problem.WebhookRefused, "ping.url", nil)
	}
	if err == nil {
		err = t.web.Ping(ctx, address)
	}
	if err == nil {
		return nil
	}
	p := problem.Of(err)
	if p.Code == problem.Interrupted {
		return err
	}
	o.Complain(p)
	r.failed(remind.Notice{Thing: remind.Thing{Subject: lifecycle.Subject{Kind: kindPing}}, Channel: remind.Ping}, p.Code)
	return nil
}
