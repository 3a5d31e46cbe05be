package watch

import (
	"cmp"
	"context"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// watched reports what the config file holds: all of it, or one profile.
func (o *StatusOptions) watched(ctx context.Context) (sheet report.Sheet, err error) {
	if o.passwordFile != "" {
		return sheet, problem.Say(problem.Usage, "flag-needs-file", problem.Params{"flag": "--file-password-file", "command": "apnsctl status"})
	}
	s, err := o.StateOfProfile(ctx)
	if err != nil {
		return sheet, err
	}
	terms, g, err := o.Graded(s, o.trust, o.ThresholdOptions)
	if err != nil {
		return sheet, err
	}
	terms.Outline = !o.online // an issuer is asked with the whole certificate
	rows, err := watched(o.Env, s, terms)
	if err == nil && o.online {
		err = o.withRevocations(ctx, rows, terms.Trust)
	}
	if err == nil && o.online {
		rows, err = o.withServers(ctx, s, rows, terms)
	}
	sheet = o.sheet(rows, report.Nothing(rows), terms, g)
	sheet.Online = o.online
	sheet.Exit = later(sheet.Report)
	sheet.Source = s.Sealing.Origin()
	sheet.Recipients = s.Sealing.Recipients
	return sheet, err
}

// sheet is the report over rows, the most urgent first.
func (o *StatusOptions) sheet(rows []report.Row, none []problem.Finding, terms lifecycle.Terms, g problem.Grading) report.Sheet {
	rows = report.Urgent(rows, o.Now())
	rehearsal := terms.Trust.Rehearsal() || slices.ContainsFunc(rows, func(r report.Row) bool { return problem.Has(r.Findings, problem.Simulated) })
	sum := report.Sum(rows, none, g)
	return report.Sheet{
		Report: sum.Only(o.conditions()), All: rows, Now: o.Now(), Policy: terms.Policy, Grading: g, Rehearsal: rehearsal,
	}
}

// watched are the rows that -p selects, or all.
func watched(e *cli.Env, s *lifecycle.State, terms lifecycle.Terms) ([]report.Row, error) {
	var items []lifecycle.Item
	var err error
	if name := e.ProfileName(); name != "" {
		items = make([]lifecycle.Item, 1)
		items[0], err = s.ItemOf(name, terms)
	} else {
		items, err = s.Items(terms)
	}
	return report.Watched(s, items), err
}

// inFiles reports the files that were named, with no need of a config file. One that can
// be read lends its thresholds and authorities.
func (o *StatusOptions) inFiles(ctx context.Context) (sheet report.Sheet, err error) {
	switch {
	case o.Global.Profile != "":
		return sheet, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--profile", "other": "FILE"})
	case o.online:
		return sheet, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--online", "other": "FILE"})
	}
	s, err := o.State(ctx)
	if ctx.Err() != nil {
		return sheet, err
	}
	if err != nil {
		s = nil
	}
	terms, g, err := o.Graded(s, o.trust, o.ThresholdOptions)
	if err != nil {
		return sheet, err
	}
	files, err := disk.Expand(ctx, o.files)
	if err != nil {
		return sheet, err
	}
	o.Many = len(files) > 1
	var rows []report.Row
	var none []problem.Finding
	for _, file := range files {
		if file.Err != nil && problem.Of(file.Err).Code == problem.CertificateMissing { // an empty folder
			none = append(none, problem.Of(file.Err).Finding(problem.Critical))
			continue
		}
		row, err := o.row(file, terms)
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return sheet, orProfile(err, s, file.Name)
		}
		rows = append(rows, row)
	}
	return o.sheet(rows, none, terms, g), nil
}

// row checks one file. That one which was named cannot be opened at all is a slip in the command.
func (o *StatusOptions) row(at disk.Found, terms lifecycle.Terms) (report.Row, error) {
	name := at.Name
	row := report.Row{Item: lifecycle.Item{Kind: lifecycle.KindPush, Policy: terms.Policy}, File: name, Role: pushcert.RoleUnknown}
	s, err := o.See(at, o.passwordFile)
	switch {
	case err != nil:
		return row, err
	case s.Finding.Code == problem.InputUnreadable && !at.Walked:
		return row, s.Finding.Err()
	case s.File == nil:
		row.Findings = []problem.Finding{s.Finding}
	default:
		row.Role = s.File.Role
		if f, other := lifecycle.Unwatched(row.Role); other {
			row.Findings = []problem.Finding{f}
		} else {
			row.Item = lifecycle.FileItem(s.File, terms)
		}
	}
	row.Findings = disk.About(name, row.Findings)
	return row, nil
}

// orProfile names the profile that was probably meant where there is no such file.
func orProfile(err error, s *lifecycle.State, name string) error {
	if err == nil || problem.Of(err).Key() != "input-unreadable.missing" || s == nil || s.Profiles[name] == nil {
		return err
	}
	return problem.Say(problem.InputUnreadable, "profile", problem.Params{"file": name, "profile": name})
}
