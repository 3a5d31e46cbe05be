package report

import (
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Row is one thing that was looked at, and what was found.
type Row struct {
	lifecycle.Item

	Role    pushcert.Role
	File    string                // as it was given; empty for what the config file holds
	Account string                // the Apple account of a profile
	Stored  *pushcert.Certificate // what it was compared with
}

// Watched are rows for what a config file watches.
func Watched(s *lifecycle.State, items []lifecycle.Item) []Row {
	var rows []Row
	for _, i := range items {
		row := Row{Item: i, Role: roleOf(i)}
		if p := s.Profiles[i.Profile]; p != nil {
			row.Account = p.AppleAccount
		}
		rows = append(rows, row)
	}
	return rows
}

func roleOf(i lifecycle.Item) pushcert.Role {
	switch {
	case i.Token != nil:
		return pushcert.Role(i.Kind)
	case i.Certificate != nil:
		return i.Certificate.Role()
	}
	return pushcert.RoleUnknown
}

// Report is the sum of rows.
type Report struct {
	Rows []Row
	// Findings are those that belong to no row: that there is none.
	Findings []problem.Finding
	Worst    problem.Severity
	Exit     problem.Exit
	// Recipients are those who can open the keys of the config file beside its owner.
	Recipients []string
}

// Sum draws the sum of rows, and of findings that belong to none of them.
func Sum(rows []Row, none []problem.Finding, g problem.Grading) Report {
	r := Report{Rows: rows, Findings: none}
	r.Worst, r.Exit = r.Grade(g)
	return r
}

// Grade is the verdict by another grading.
func (r Report) Grade(g problem.Grading) (problem.Severity, problem.Exit) {
	all := slices.Clone(r.Findings)
	for _, row := range r.Rows {
		all = append(all, row.Findings...)
	}
	return problem.Verdict(all, g)
}

// Nothing is the finding that there is nothing to watch. A job that watches an empty config
// file would otherwise be green for ever.
func Nothing(rows []Row) []problem.Finding {
	if len(rows) > 0 {
		return nil
	}
	return []problem.Finding{problem.FoundAs(problem.CertificateMissing, "nothing", problem.Critical, nil)}
}

// ends is the row's end, if it has one.
func (r Row) ends(now time.Time) Ends {
	if end := r.End(); end != nil {
		return EndsAt(*end, now)
	}
	return Ends{}
}

// ActionName is the contract's word for what an import did.
func ActionName(a lifecycle.Action) string {
	switch a {
	case "":
		return "unchanged"
	case lifecycle.Replaced:
		return string(lifecycle.Registered)
	}
	return string(a)
}
