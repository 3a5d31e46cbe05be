package watch

import (
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// report prints the verdict over everything that was checked.
func (o *verifyOptions) report(all []gate.Answer, g problem.Grading) error {
	none := nothingWatched(len(all))
	findings := none
	for _, a := range all {
		findings = append(findings, a.Findings...)
	}
	worst, exit := problem.Verdict(findings, g)
	_, whole := problem.Verdict(findings, problem.Grading{Strict: g.Strict})
	v := VerifyView{Verdict: worst.String(), ExitCode: exit, Items: []VerifyItem{}, Findings: o.FindingViews(none)}
	for _, a := range all {
		v.Items = append(v.Items, o.item(a))
	}
	return o.Verdict(v, exit, func(p *cli.Page) {
		for _, a := range all {
			o.writeAnswer(p, a)
			p.Blank()
		}
		if len(all) == 0 {
			p.Say("verify.nothing", nil)
			p.Blank()
		}
		p.VerdictLine(worst, whole)
		if exit != whole {
			p.Say("verify.below", nil)
		}
	})
}

// item is one answer in JSON.
func (o *verifyOptions) item(a gate.Answer) VerifyItem {
	v := VerifyItem{
		Kind: a.Kind, Profile: a.Profile, File: o.file, Role: a.Role, Topic: a.Topic,
		Stored: cli.NewStoredView(a.Stored), Findings: o.FindingViews(a.Findings),
	}
	if c := a.Certificate; c != nil {
		v.Topic = c.Topic()
		v.NotAfter = new(cli.Rfc3339(c.X509.NotAfter))
		v.DaysLeft = new(c.DaysLeft(o.Now()))
	}
	if t := a.Token; t != nil {
		v.Name = t.Name
		v.NotAfter = new(cli.Rfc3339(t.NotAfter))
		v.DaysLeft = new(pushcert.DaysUntil(t.NotAfter, o.Now()))
	}
	return v
}

// writeAnswer writes one answer for a person.
func (o *verifyOptions) writeAnswer(p *cli.Page, a gate.Answer) {
	heading := "verify.profile"
	switch {
	case o.file == "" && o.against != "":
		writeRow(p, a)
		return
	case o.file != "":
		heading = "verify.file"
	case a.Token != nil:
		heading = "verify.token"
	case a.Kind == lifecycle.KindVendor:
		heading = "verify.vendor"
	}
	p.Say(heading, problem.Params{"file": cli.Named(o.file), "profile": a.Profile})
	if a.Token != nil {
		writeToken(p, *a.Token)
		p.Findings(a.Findings)
		return
	}
	fields := []cli.Field{{Label: "role", Value: p.Role(a.Role)}}
	if a.Certificate != nil {
		fields = append(fields, p.Env.CertificateFields(a.Certificate)...)
	}
	if a.Stored != nil && a.Stored.SHA256() != a.Certificate.SHA256() {
		fields = append(
			fields,
			cli.Field{Label: "stored-topic", Value: a.Stored.Topic()},
			cli.Field{Label: "stored-serial", Value: a.Stored.SerialHex()},
			cli.Field{Label: "stored-until", Value: p.Env.Stamp(a.Stored.X509.NotAfter)},
		)
	}
	p.Fields(fields...)
	p.Findings(a.Findings)
}

func writeRow(p *cli.Page, a gate.Answer) {
	p.Say("verify.row", problem.Params{"profile": a.Profile})
	fields := []cli.Field{{Label: "topic", Value: a.Topic}}
	if a.Known != "" && a.Known != a.Topic {
		fields = append(fields, cli.Field{Label: "stored-topic", Value: a.Known})
	}
	p.Fields(fields...)
	if len(a.Findings) == 0 {
		p.Say("verify.row-same", problem.Params{"profile": a.Profile})
	}
	p.Findings(a.Findings)
}
