package watch

import (
	"cmp"
	"context"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// statusReport is all that status tells. It is computed once; what writes it decides
// nothing.
type statusReport struct {
	rows []statusRow
	// findings are those that belong to no row: that there is none.
	findings  []problem.Finding
	worst     problem.Severity
	exit      problem.Exit
	rehearsal bool
}

// statusRow is one thing that is watched.
type statusRow struct {
	lifecycle.Item

	role    pushcert.Role
	file    string // as it was given; empty for what the config file holds
	account string
}

// newStatusReport draws the sum.
func newStatusReport(rows []statusRow, none []problem.Finding, trust *pushcert.Trust, g problem.Grading) *statusReport {
	r := &statusReport{rows: rows, findings: none, rehearsal: trust.Rehearsal()}
	all := none
	for _, row := range rows {
		all = append(all, row.Findings...)
	}
	r.worst, r.exit = problem.Verdict(all, g)
	return r
}

// watched reports what the config file holds: all of it, or one profile.
func (o *StatusOptions) watched(ctx context.Context) (*statusReport, error) {
	if o.passwordFile != "" {
		return nil, problem.Say(problem.Usage, "flag-needs-file", problem.Params{"flag": "--file-password-file", "command": "apnsctl status"})
	}
	s, err := o.StateOfProfile(ctx)
	if err != nil {
		return nil, err
	}
	j, g, err := o.Graded(s, o.trust, o.ThresholdOptions)
	if err != nil {
		return nil, err
	}
	items, err := items(o.Env, s, j)
	if err != nil {
		return nil, err
	}
	var rows []statusRow
	for _, i := range items {
		row := statusRow{Item: i, role: roleOf(i)}
		if p := s.Profiles[i.Profile]; p != nil {
			row.account = p.AppleAccount
		}
		rows = append(rows, row)
	}
	return newStatusReport(rows, nothingWatched(len(rows)), j.Trust, g), nil
}

// inFiles reports the files that were named, with no need of a config file. One that can
// be read lends its thresholds and authorities.
func (o *StatusOptions) inFiles(ctx context.Context) (*statusReport, error) {
	if o.Global.Profile != "" {
		return nil, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--profile", "other": "FILE"})
	}
	s, err := o.State(ctx)
	if ctx.Err() != nil {
		return nil, err
	}
	if err != nil {
		s = nil
	}
	j, g, err := o.Graded(s, o.trust, o.ThresholdOptions)
	if err != nil {
		return nil, err
	}
	files, err := cli.Expand(ctx, o.files)
	if err != nil {
		return nil, err
	}
	var rows []statusRow
	var none []problem.Finding
	for _, file := range files {
		if file.Err != nil && problem.Of(file.Err).Code == problem.CertificateMissing { // an empty folder
			none = append(none, cli.FaultOf(file.Err))
			continue
		}
		row, err := o.row(file, j)
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return nil, orProfile(err, s, file.Name)
		}
		rows = append(rows, row)
	}
	return newStatusReport(rows, none, j.Trust, g), nil
}

// row judges one file. That it cannot be opened at all is a slip in the command.
func (o *StatusOptions) row(at cli.Found, j lifecycle.Judge) (statusRow, error) {
	name := at.Name
	row := statusRow{Item: lifecycle.Item{Kind: lifecycle.KindPush}, file: name, role: pushcert.RoleUnknown}
	s, err := o.See(at, o.passwordFile)
	switch {
	case err != nil:
		return row, err
	case s.Fault.Code == problem.InputUnreadable:
		return row, s.Fault.Err()
	case s.File == nil:
		row.Findings = []problem.Finding{s.Fault}
	default:
		row.role = s.File.Role
		if f, other := lifecycle.Unwatched(row.role); other {
			row.Findings = []problem.Finding{f}
		} else {
			row.Item = lifecycle.FileItem(s.File, j)
		}
	}
	row.Findings = cli.AboutFile(name, row.Findings)
	return row, nil
}

// orProfile names the profile that was probably meant where there is no such file.
func orProfile(err error, s *lifecycle.State, name string) error {
	if err == nil || problem.Of(err).Key() != "input-unreadable.missing" || s == nil || s.Profiles[name] == nil {
		return err
	}
	return problem.Say(problem.InputUnreadable, "profile", problem.Params{"file": name, "profile": name})
}
