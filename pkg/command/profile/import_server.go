package profile

import (
	"cmp"
	"context"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// expected is the action of an import that noted a topic and no certificate.
const expected = "expected"

// learn takes over what a server uses: the certificate where the server hands it out, else its
// topic and account, so that the gate holds from the first day.
func (o *importOptions) learn(ctx context.Context, s *lifecycle.State, terms lifecycle.Terms) error {
	name, err := s.Choose(o.ProfileName())
	if err != nil {
		return err
	}
	rules, err := o.rules(ctx, s, terms)
	if err != nil {
		return err
	}
	rules.Profile, rules.CertificateOnly = name, true
	used, err := o.used(ctx, s, name, rules.ExpectTopic)
	if err != nil {
		return err
	}
	if used.Certificate != nil {
		rules.AppleAccount = cmp.Or(o.appleAccount, used.Account)
		return o.registerUsed(ctx, used.Certificate, rules)
	}
	used.Account = cmp.Or(o.appleAccount, used.Account)
	if err := s.CheckOpening(lifecycle.Opening{Profile: name, ExpectTopic: used.Topic, Command: o.again(), Server: o.fromServer}); err != nil {
		return err
	}
	return o.expect(ctx, name, used)
}

// used asks the server what it uses. What tells no topic has to be told one, and so has what tells
// of one topic at a time.
func (o *importOptions) used(ctx context.Context, s *lifecycle.State, name, expect string) (lifecycle.Used, error) {
	topic := expect
	if p := s.Profiles[name]; p != nil {
		known, err := p.KnownTopic(name)
		if err != nil {
			return lifecycle.Used{}, err
		}
		topic = cmp.Or(known.Topic, topic)
	}
	from, err := linked.Opener{State: s, Secrets: o.References(s, o.UnlockOptions), Machine: o}.Open(ctx, o.fromServer, topic)
	if err != nil {
		return lifecycle.Used{}, err
	}
	used, err := from.Used(ctx)
	if err != nil {
		return used, err
	}
	switch {
	case used.Unasked:
		return used, problem.Say(problem.Usage, "server-topic", problem.Params{"server": from.Name, "kind": string(from.Kind), "profile": name})
	case used.Missing:
		return used, nil
	}
	fromCN, _ := pushcert.ParseTopic(used.CN)
	used.Named = used.Topic == "" && expect != ""
	if used.Topic = cmp.Or(used.Topic, expect, fromCN); used.Topic == "" {
		return used, problem.Say(problem.TopicMissing, "server", problem.Params{"server": from.Name, "profile": name})
	}
	return used, nil
}

// registerUsed registers the certificate that the server uses, without its key.
func (o *importOptions) registerUsed(ctx context.Context, leaf *pushcert.Certificate, rules lifecycle.ImportOptions) error {
	e := &gate.Entry{Name: o.fromServer, Candidate: &gate.Candidate{Name: o.fromServer, Certificate: leaf}}
	err := o.update(ctx, func(s *lifecycle.State, seal signing.Seal) (err error) {
		if e.Outcome, err = gate.Register(s, *e.Candidate, seal, rules); err != nil {
			return err
		}
		return s.LinkServer(o.fromServer, e.Outcome.Profile)
	})
	if err != nil {
		return err
	}
	e.Outcome.Todo = nil // it is in use already
	if out := e.Outcome; out.Created && !o.dryRun {
		o.NoteCreated(out.Profile, out.Beside, out.Near)
	}
	o.noteWritten(e.Outcome)
	v := newImport(o.Env, "", e.Outcome, o.dryRun)
	v.Server = o.fromServer
	return o.Result(v, func(p *cli.Page) {
		writeImport(p, e.Outcome, nil)
		p.Blank()
		p.Text(p.Env.T("server.learned.certificate", problem.Params{"server": o.fromServer, "profile": v.Profile}))
	})
}

// expect notes what the server tells of a certificate that it does not hand out.
func (o *importOptions) expect(ctx context.Context, name string, used lifecycle.Used) error {
	var created, changed bool
	err := o.update(ctx, func(s *lifecycle.State, _ signing.Seal) (err error) {
		created, changed, err = s.Learn(name, o.fromServer, used, o.Actor(), o.Now())
		return err
	})
	if err != nil {
		return err
	}
	if created && !o.dryRun {
		o.NoteCreated(name, "", "")
	}
	o.noteDryRun()
	v := ImportView{
		Action: "unchanged", Profile: name, Created: created, Topic: used.Topic, SerialHex: used.SerialHex, Ends: report.EndsAt(used.NotAfter, o.Now()),
		Todo: []TodoView{}, Findings: []problem.View{}, Server: o.fromServer,
	}
	if changed {
		v.Action = expected
	}
	return o.Result(v, func(p *cli.Page) {
		params := problem.Params{"server": o.fromServer, "profile": name}
		key := v.Action
		if used.Missing && changed {
			key = "bare"
		}
		p.Text(p.Env.T("server.learned."+key, params))
		fields := []page.Field{{Label: "topic", Value: used.Topic}, {Label: "apple-account", Value: used.Account}, {Label: "server", Value: o.fromServer}}
		if !used.NotAfter.IsZero() {
			fields = append(fields, page.Field{Label: "not-after", Value: p.Env.Stamp(used.NotAfter)})
		}
		p.Fields(fields...)
		if !p.Env.Global.Quiet {
			key := "server.learned.next"
			if used.Missing {
				key = "server.learned.bare-next"
			}
			p.Blank()
			p.Text(p.Env.T(key, params))
		}
	})
}
