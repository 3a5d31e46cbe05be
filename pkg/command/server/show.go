package server

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

type showOptions struct {
	*cli.Env
	cli.UnlockOptions
	strict bool
}

// ShowView is what a profile's server uses, beside what is stored.
type ShowView struct {
	Profile  string         `json:"profile"`
	Server   string         `json:"server"`
	Kind     string         `json:"kind"`
	Verdict  string         `json:"verdict"`
	ExitCode problem.Exit   `json:"exit_code"`
	Same     bool           `json:"same"`
	Used     UsedView       `json:"used"`
	Stored   *report.Stored `json:"stored"`
	Findings []problem.View `json:"findings"`
}

// UsedView is what a server tells of the certificate that it uses.
type UsedView struct {
	Missing      bool   `json:"missing"`
	Topic        string `json:"topic"`
	SerialHex    string `json:"serial_hex"`
	AppleAccount string `json:"apple_account"`
	Alert        string `json:"alert"`
	report.Ends
}

func newUsed(u lifecycle.Used, now time.Time) UsedView {
	return UsedView{u.Missing, u.Topic, u.SerialHex, u.Account, u.Alert, report.EndsAt(u.NotAfter, now)}
}

func newShow(env *cli.Env, run cli.Runner[showOptions]) *cobra.Command {
	o := &showOptions{Env: env}
	c := env.ProfileCommand("show [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runShow)(ctx, o)
	})
	f := c.Flags()
	f.BoolVar(&o.strict, "strict", false, "")
	o.UnlockOptions.Flags(f)
	return c
}

func runShow(ctx context.Context, o *showOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	name, stored, err := o.Leaf(s)
	if err != nil {
		return err
	}
	at, err := opener(o.Env, s, o.UnlockOptions).OpenFor(ctx, name)
	if err != nil {
		return err
	}
	used, err := at.Used(ctx)
	if err != nil {
		return err
	}
	found, err := s.CompareServer(name, used, o.Now())
	if err != nil {
		return err
	}
	worst, exit := problem.Verdict(found, problem.Grading{Strict: o.strict})
	v := ShowView{
		Profile: name, Server: at.Name, Kind: string(at.Kind), Verdict: worst.String(), ExitCode: exit,
		Same: stored != nil && used.Is(stored), Used: newUsed(used, o.Now()), Stored: report.NewStored(stored), Findings: o.FindingViews(found),
	}
	// Where the server alone has the key, nothing more can be tested from here.
	if p := s.Profiles[name]; v.Same && exit == problem.ExitOK && p.WatchedOnly() && p.Certificate.TestedAt == nil {
		o.NoteTested(ctx, name, stored, "server.untested", problem.Params{"server": at.Name})
	}
	return o.Verdict(v, exit, func(p *cli.Page) {
		p.Rehearsal = s.TrustRoot != ""
		writeShow(p, v, used, stored, found)
		if key := next(s, v, used, found, o.Now()); key != "" {
			advise(p, key, problem.Params{"server": v.Server, "profile": v.Profile})
		}
	})
}

func writeShow(p *cli.Page, v ShowView, used lifecycle.Used, stored *pushcert.Certificate, found []problem.Finding) {
	params := problem.Params{"server": v.Server, "profile": v.Profile, "kind": v.Kind}
	say(p, "show."+headline(v, used, stored, found), params)
	fields := usedFields(p, used)
	if stored != nil && !v.Same {
		fields = append(
			fields,
			page.Field{Label: "stored-topic", Value: stored.Topic()},
			page.Field{Label: "stored-serial", Value: stored.SerialHex()},
			page.Field{Label: "stored-until", Value: p.Env.Stamp(stored.X509.NotAfter)},
		)
	}
	p.Fields(fields...)
	p.Findings(found)
}

// next is the key of what is to be done; empty where a finding says it, or nothing is.
func next(s *lifecycle.State, v ShowView, used lifecycle.Used, found []problem.Finding, now time.Time) string {
	known, err := s.Profiles[v.Profile].KnownTopic(v.Profile)
	told := err == nil && known.Source == lifecycle.TopicExpected && used.Certificate == nil
	switch {
	case used.Unasked:
		return "next.first"
	case v.Stored == nil && len(found) == 0 && told:
		return "next.known"
	case v.Stored == nil && len(found) == 0:
		return "next.import"
	case s.HandsOver(v.Profile, now) && problem.Has(found, problem.ServerBehind):
		return "next.upload"
	}
	return ""
}

// headline is the key of the one sentence that stands above the rest.
func headline(v ShowView, used lifecycle.Used, stored *pushcert.Certificate, found []problem.Finding) string {
	switch {
	case v.Same:
		return "same"
	case used.Unasked:
		return "unasked"
	case used.Missing && stored == nil:
		return "neither"
	case used.Missing:
		return "missing"
	case used.Alert != "" && used.NotAfter.IsZero():
		return "warned"
	case stored == nil:
		return "unstored"
	case len(found) == 0:
		return "silent"
	}
	return "compared"
}

// usedFields are what a server tells, for a person.
func usedFields(p *cli.Page, u lifecycle.Used) []page.Field {
	fields := []page.Field{
		{Label: "topic", Value: u.Topic},
		{Label: "cn", Value: u.CN},
		{Label: "serial-hex", Value: u.SerialHex},
		{Label: "apple-account", Value: u.Account},
	}
	if !u.NotAfter.IsZero() {
		fields = append(
			fields,
			page.Field{Label: "not-after", Value: p.Env.Stamp(u.NotAfter)},
			page.Field{Label: "days-left", Value: p.Env.Days(pushcert.DaysUntil(u.NotAfter, p.Env.Now()))},
		)
	}
	return fields
}
