package watch

import (
	"slices"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// StatusView is the result of status in JSON.
type StatusView struct {
	Verdict  string       `json:"verdict"`
	ExitCode problem.Exit `json:"exit_code"`
	Items    []StatusItem `json:"items"`
	// Findings are those that belong to no item: that there is none.
	Findings []cli.FindingView `json:"findings"`
}

// StatusItem is one thing that is watched, in JSON.
type StatusItem struct {
	Kind         lifecycle.Kind      `json:"kind"`
	Profile      string              `json:"profile"`
	Name         string              `json:"name"` // of a token
	File         string              `json:"file"`
	Role         pushcert.Role       `json:"role"`
	Topic        string              `json:"topic"`
	SerialHex    string              `json:"serial_hex"`
	AppleAccount string              `json:"apple_account"`
	NotAfter     *string             `json:"not_after"`
	DaysLeft     *int                `json:"days_left"`
	State        lifecycle.Condition `json:"state"`
	PendingDays  *int                `json:"pending_days"`
	Findings     []cli.FindingView   `json:"findings"`
}

// view is the report as JSON.
func (r *statusReport) view(e *cli.Env) StatusView {
	v := StatusView{Verdict: r.worst.String(), ExitCode: r.exit, Items: []StatusItem{}, Findings: e.FindingViews(r.findings)}
	for _, row := range r.rows {
		item := StatusItem{
			Kind: row.Kind, Profile: row.Profile, File: row.file, Role: row.role, Topic: row.Topic(), AppleAccount: row.account,
			State: row.Condition(), PendingDays: row.PendingDays, Findings: e.FindingViews(row.Findings),
		}
		if c := row.Certificate; c != nil {
			item.SerialHex = c.SerialHex()
		}
		if row.Token != nil {
			item.Name = row.Token.Name
		}
		if end := row.End(); end != nil {
			item.NotAfter, item.DaysLeft = new(cli.Rfc3339(*end)), new(pushcert.DaysUntil(*end, e.Now()))
		}
		v.Items = append(v.Items, item)
	}
	return v
}

// writeStatus writes one block a row: the line that matters, then the facts, then what is
// wrong. What is only worth a note is not.
func writeStatus(p *cli.Page, r *statusReport) {
	p.Rehearsal = r.rehearsal
	if len(r.rows) == 0 {
		p.Findings(r.findings)
	}
	for _, row := range r.rows {
		p.Blank()
		state := row.Condition()
		key := string(state)
		if row.file != "" && state == lifecycle.ConditionMissing {
			key = "unjudged"
		}
		word := p.Env.T("output.condition."+key, nil)
		p.B.WriteString(p.Env.IO.Paint(term.Bold, msg.Clean(itemName(p, row))) + "  " + p.Env.IO.Paint(conditionStyle(state), word) + "\n")
		p.Fields(rowFields(p, row)...)
		p.Findings(slices.DeleteFunc(slices.Clone(row.Findings), func(f problem.Finding) bool { return f.Severity <= problem.Info }))
	}
}

// rowFields are the facts of a row.
func rowFields(p *cli.Page, row statusRow) []cli.Field {
	e := p.Env
	var fields []cli.Field
	if row.file != "" && row.role != pushcert.RoleUnknown {
		fields = append(fields, cli.Field{Label: "role", Value: p.Role(row.role)})
	}
	if row.Token != nil && row.file != "" {
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
	fields = append(fields, cli.Field{Label: "apple-account", Value: row.account})
	if row.PendingDays != nil {
		fields = append(fields, cli.Field{Label: "pending", Value: e.T("output.status.pending", problem.Params{"days": strconv.Itoa(*row.PendingDays)})})
	}
	return fields
}

// itemName is what a row is called: as its file was given, else by what it is.
func itemName(p *cli.Page, i statusRow) string {
	if i.file != "" {
		return cli.Named(i.file)
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
