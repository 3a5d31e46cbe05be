package watch

import (
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// report prints the verdict over everything that was checked.
func (o *verifyOptions) report(rows []report.Row, known string, g problem.Grading) error {
	r := report.Sum(rows, report.Nothing(rows), g)
	words, now := o.English(), o.Now()
	v := report.Of(r, words, func(row report.Row) report.Verified { return row.Verified(now, words) })
	return o.Verdict(v, r.Exit, func(p *cli.Page) {
		p.Strict = g.Strict
		p.VerdictLine(r.Shown(), r.VerdictKey())
		if r.Muted() {
			p.Say("verify.below", nil)
		}
		for _, row := range rows {
			p.Blank()
			if o.file == "" && o.against != "" {
				writeRow(p, row, known)
			} else {
				writeVerified(p, row)
			}
		}
		if len(rows) == 0 {
			p.Blank()
			p.Say("verify.nothing", nil)
			p.Advise("verify.nothing-next", problem.Params{"profile": lifecycle.DefaultProfile})
		}
		if len(rows) == 1 && r.Whole == problem.ExitOK {
			writeUse(p, rows[0])
		}
	})
}

// writeVerified writes what was checked for a person.
func writeVerified(p *cli.Page, row report.Row) {
	heading := "verify.profile"
	switch {
	case row.File != "":
		heading = "verify.file"
	case row.Token != nil:
		heading = "verify.token"
	case row.Kind == lifecycle.KindVendor:
		heading = "verify.vendor"
	}
	p.Say(heading, problem.Params{"file": disk.Named(row.File), "profile": row.Profile})
	if row.Token != nil {
		writeToken(p, *row.Token)
		p.Findings(row.Findings)
		return
	}
	fields := []page.Field{{Label: "role", Value: p.Role(row.Role)}}
	if row.Certificate != nil {
		fields = append(fields, p.Env.CertificateFacts(row.Certificate)...)
	}
	if row.Stored != nil && row.Stored.SHA256() != row.Certificate.SHA256() {
		fields = append(
			fields,
			page.Field{Label: "stored-topic", Value: row.Stored.Topic()},
			page.Field{Label: "stored-serial", Value: row.Stored.SerialHex()},
			page.Field{Label: "stored-until", Value: p.Env.Stamp(row.Stored.X509.NotAfter)},
		)
	}
	p.Fields(fields...)
	p.Findings(row.Findings)
}

// writeUse writes what a good request is for, where it is known whose it is.
func writeUse(p *cli.Page, row report.Row) {
	params := problem.Params{"file": disk.Named(row.File), "profile": row.Profile}
	switch {
	case row.File == "" || row.Profile == "" || problem.Has(row.Findings, problem.RequestStale):
	case row.Role == pushcert.RoleRequest:
		p.Advise("verify.next-request", params)
	case row.Role == pushcert.RoleMDMCertAnswer:
		p.Advise("verify.next-answer", params)
	}
}

// writeRow writes what was found about the topic of a row at the portal, which should be
// the known one.
func writeRow(p *cli.Page, row report.Row, known string) {
	p.Say("verify.row", problem.Params{"profile": row.Profile})
	fields := []page.Field{{Label: "topic", Value: row.Topic()}}
	if known != "" && known != row.Topic() {
		fields = append(fields, page.Field{Label: "stored-topic", Value: known})
	}
	p.Fields(fields...)
	if len(row.Findings) == 0 {
		p.Say("verify.row-same", problem.Params{"profile": row.Profile})
	}
	p.Findings(row.Findings)
}
