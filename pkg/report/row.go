package report

import (
	"slices"
	"strings"
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

	Vendor     string    // who signed the request, or whose certificate it is
	ImportedAt time.Time // zero for what is not registered
	ImportedBy string
	AcquiredOn string // YYYY-MM-DD
	Remarks    string
	// Origin is what the profile is known by under any name, see [lifecycle.Profile.Origin].
	Origin string
	// Revision rises with each certificate that the profile was given, see [lifecycle.Profile.Revision].
	Revision int64
}

// Watched are rows for what a config file watches.
func Watched(s *lifecycle.State, items []lifecycle.Item) []Row {
	rows := make([]Row, 0, len(items))
	for _, i := range items {
		row := Row{Item: i, Role: roleOf(i)}
		row.note(s)
		rows = append(rows, row)
	}
	return rows
}

// note adds what the config file tells beside the certificate or token.
func (r *Row) note(s *lifecycle.State) {
	if p := s.Profiles[r.Profile]; p != nil {
		r.Account, r.AcquiredOn, r.Remarks = p.AppleAccount, p.AcquiredOn, p.Remarks
		r.Origin, r.Revision = p.Origin(r.Profile), p.Revision()
		if held := p.Certificate; held != nil {
			r.Vendor, r.ImportedAt, r.ImportedBy = held.Vendor, held.ImportedAt, held.ImportedBy
		}
	}
	switch {
	case r.Token != nil:
		r.ImportedAt, r.ImportedBy = r.Token.ImportedAt, r.Token.ImportedBy
	case r.Kind == lifecycle.KindVendor && len(s.Vendor.Identities) > 0:
		last := s.Vendor.Identities[len(s.Vendor.Identities)-1]
		r.ImportedAt, r.ImportedBy = last.ImportedAt, last.ImportedBy
	}
}

// Name is what a row is told from others of its kind by: its profile, a file as it was
// given, a server's or a token's name, a vendor's organisation.
func (r Row) Name() string {
	switch {
	case r.File != "":
		return r.File
	case r.Kind == lifecycle.KindServer:
		return r.Server
	case r.Profile != "":
		return r.Profile
	case r.Token != nil:
		return r.Token.Name
	case r.Certificate != nil:
		return r.Certificate.Organization()
	}
	return ""
}

// SetBy is who registered it, and on which day of the person's clock; empty for what is not registered.
func (r Row) SetBy(where *time.Location) string { return SetBy(r.ImportedBy, r.ImportedAt, where) }

// SetBy is who did something, and on which day. Earlier releases wrote that a user is unknown, which says no
// more than the machine alone.
func SetBy(who string, at time.Time, where *time.Location) string {
	who = strings.TrimPrefix(who, "unknown@")
	if at.IsZero() {
		return who
	}
	return strings.TrimSpace(who + " " + at.In(where).Format(time.DateOnly))
}

// DaysLeft is nil for what has no end.
func (r Row) DaysLeft(now time.Time) *int { return r.ends(now).DaysLeft }

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
	Whole    problem.Exit // without --fail-on
	Strict   bool         // it is --strict alone that makes Whole a warning: nothing is due
	// Recipients are those who can open the keys of the config file beside its owner.
	Recipients []string
}

// Sum draws the sum of rows, and of findings that belong to none of them.
func Sum(rows []Row, none []problem.Finding, g problem.Grading) Report {
	r := Report{Rows: rows, Findings: none}
	r.Worst, r.Exit = r.grade(g)
	_, r.Whole = r.grade(problem.Grading{Strict: g.Strict})
	_, loose := r.grade(problem.Grading{})
	r.Strict = loose != r.Whole
	return r
}

// VerdictKey is the key of the sentence that says the verdict, and Shown its severity in colours.
func (r Report) VerdictKey() string {
	switch {
	case r.Strict:
		return "strict"
	case r.Whole == problem.ExitOK && r.Worst >= problem.Warning:
		return "warned"
	}
	return map[problem.Exit]string{
		problem.ExitRefused: "no", problem.ExitState: "no", problem.ExitCritical: "due", problem.ExitWarning: "soon", problem.ExitOK: "good",
	}[r.Whole]
}

// Shown is the severity of the verdict for the eye: that of a rehearsal counts where its warning does.
func (r Report) Shown() problem.Severity {
	if r.Strict {
		return problem.Warning
	}
	return r.Worst
}

// Muted tells whether it is --fail-on alone that lets the exit status be 0.
func (r Report) Muted() bool { return r.Exit == problem.ExitOK && r.Whole != problem.ExitOK }

// grade is the verdict by a grading.
func (r Report) grade(g problem.Grading) (problem.Severity, problem.Exit) {
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
