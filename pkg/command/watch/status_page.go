package watch

import (
	"slices"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// writeStatus writes one block a row: the line that matters, then the facts, then what is
// wrong. What is only worth a note is not.
func writeStatus(p *cli.Page, r report.Report) {
	if len(r.Rows) == 0 {
		p.Findings(r.Findings)
	}
	for _, row := range r.Rows {
		p.Blank()
		state := row.Condition()
		key := string(state)
		if row.File != "" && state == lifecycle.ConditionMissing {
			key = "unjudged"
		}
		word := p.Env.T("output.condition."+key, nil)
		p.B.WriteString(p.Env.IO.Paint(term.Bold, msg.Clean(itemName(p, row))) + "  " + p.Env.IO.Paint(conditionStyle(state), word) + "\n")
		p.Fields(rowFields(p, row)...)
		p.Findings(slices.DeleteFunc(slices.Clone(row.Findings), func(f problem.Finding) bool { return f.Severity <= problem.Info }))
	}
	if len(r.Recipients) > 0 {
		p.Advise("status.recipients", problem.Params{"count": strconv.Itoa(len(r.Recipients))})
	}
}

// rowFields are the facts of a row.
func rowFields(p *cli.Page, row report.Row) []cli.Field {
	e := p.Env
	var fields []cli.Field
	if row.File != "" && row.Role != pushcert.RoleUnknown {
		fields = append(fields, cli.Field{Label: "role", Value: p.Role(row.Role)})
	}
	if row.Token != nil && row.File != "" {
		fields = append(fields, cli.Field{Label: "name", Value: row.Token.Name})
	}
	if end := row.End(); end != nil {
		uid, serial := "topic", ""
		if row.Kind == lifecycle.KindVendor {
			uid = "uid"
		}
		if row.Certificate != nil {
			serial = row.Certificate.SerialHex()
		}
		fields = append(
			fields,
			cli.Field{Label: "days-left", Value: e.Days(pushcert.DaysUntil(*end, e.Now())), Style: conditionStyle(row.Condition())},
			cli.Field{Label: "not-after", Value: e.Stamp(*end)},
			cli.Field{Label: uid, Value: row.Topic()},
			cli.Field{Label: "serial-hex", Value: serial},
		)
	}
	fields = append(fields, cli.Field{Label: "apple-account", Value: row.Account})
	if row.PendingDays != nil {
		fields = append(fields, cli.Field{Label: "pending", Value: e.T("output.status.pending", problem.Params{"days": strconv.Itoa(*row.PendingDays)})})
	}
	return fields
}

// itemName is what a row is called: as its file was given, else by what it is.
func itemName(p *cli.Page, i report.Row) string {
	if i.File != "" {
		return cli.Named(i.File)
	}
	switch i.Kind {
	case lifecycle.KindVendor:
		return p.Env.T("output.status.vendor", problem.Params{"vendor": i.Certificate.Organization()})
	case lifecycle.KindADEToken:
		return p.Env.T("output.status.ade-token", problem.Params{"name": i.Token.Name})
	case lifecycle.KindContentToken:
		return p.Env.T("output.status.content-token", problem.Params{"name": i.Token.Name})
	}
	return i.Profile
}

func conditionStyle(c lifecycle.Condition) term.Style {
	switch c {
	case lifecycle.ConditionOK:
		return term.Green
	case lifecycle.ConditionWarning:
		return term.Yellow
	}
	return term.Red
}
