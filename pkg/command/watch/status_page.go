package watch

import (
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// writeBlocks writes one block a row: the line that matters, then the facts, then what is
// wrong. What is only worth a note is not.
func writeBlocks(p *cli.Page, s report.Sheet) {
	p.VerdictLine(s.Shown(), s.VerdictKey())
	p.Findings(s.Findings)
	for _, row := range s.Rows {
		p.Blank()
		p.B.WriteString(p.Env.IO.Paint(term.Bold, s.Title(row)) + "  " + p.Env.IO.Paint(conditionStyle(row.Condition()), s.State(row)) + "\n")
		p.Fields(rowFields(p, row)...)
		p.Findings(report.Graves(row, s.Grading))
	}
	p.Blank()
	writeEnd(p, s)
}

// rowFields are the facts of a row.
func rowFields(p *cli.Page, row report.Row) []page.Field {
	e := p.Env
	var fields []page.Field
	if row.File != "" && row.Role != pushcert.RoleUnknown {
		fields = append(fields, page.Field{Label: "role", Value: p.Role(row.Role)})
	}
	if row.Token != nil && row.File != "" {
		fields = append(fields, page.Field{Label: "name", Value: row.Token.Name})
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
			page.Field{Label: "days-left", Value: e.Days(pushcert.DaysUntil(*end, e.Now())), Style: conditionStyle(row.Condition())},
			page.Field{Label: "not-after", Value: e.Stamp(*end)},
			page.Field{Label: uid, Value: row.Topic()},
			page.Field{Label: "serial-hex", Value: serial},
		)
	}
	fields = append(fields, page.Field{Label: "apple-account", Value: row.Account})
	if row.PendingDays != nil {
		fields = append(fields, page.Field{Label: "pending", Value: e.T("output.status.pending", problem.Params{"days": strconv.Itoa(*row.PendingDays)})})
	}
	return append(
		fields,
		page.Field{Label: "set-by", Value: row.SetBy(e.Now().Location())},
		page.Field{Label: "acquired-on", Value: row.AcquiredOn},
		page.Field{Label: "remarks", Value: row.Remarks},
	)
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
