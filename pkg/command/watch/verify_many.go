package watch

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// VerifyManyView is what was found out about many files.
type VerifyManyView struct {
	report.View[report.Verified]

	Summary VerifySummary `json:"summary"`
}

// VerifySummary counts files by their gravest finding.
type VerifySummary struct {
	Total    int `json:"total"`
	OK       int `json:"ok"`
	Warning  int `json:"warning"`
	Critical int `json:"critical"`
}

// many checks many files, each as if it came alone, and together as an import of them would.
func (o *verifyOptions) many(c gate.Check, found []disk.Found, g problem.Grading) error {
	if o.against != "" {
		r, err := o.reference() // read once, for it may be a pipe
		if err != nil {
			return err
		}
		c.Against = func() (lifecycle.Reference, error) { return r, nil }
	}
	files, err := o.read(found)
	if err != nil {
		return err
	}
	answers, err := c.Many(files)
	if err != nil {
		return err
	}
	var rows, rest []report.Row // rest are those without a slip in the command
	missing := false
	for i, e := range files {
		row, failed := o.row(e, answers[i])
		rows = append(rows, row)
		if failed == nil || failed.Exit() != problem.ExitUsage {
			rest = append(rest, row)
		} else if failed.Key() == "input-unreadable.missing" {
			missing = true
		}
	}
	r := report.Sum(rows, nil, g)
	if missing || len(rest) < len(rows) && report.Sum(rest, nil, g).Exit == problem.ExitOK {
		r.Exit = problem.ExitUsage // the command has to be mended first; nothing else is wrong with any file
	}
	return o.reportMany(r, g)
}

// row is what was found out about one file, and why it could not be looked at, if it could not.
func (o *verifyOptions) row(e *gate.Entry, a gate.Answer) (report.Row, *problem.Error) {
	row := report.Row{Item: a.Item, Role: a.Role, File: e.Name, Stored: a.Stored}
	failed := o.orRehearsal(e.Err)
	if failed != nil {
		row.Findings = []problem.Finding{problem.Of(disk.AboutErr(e.Name, failed)).Finding(problem.Critical)}
	}
	row.Findings = disk.About(e.Name, row.Findings)
	return row, problem.Of(failed)
}

// read reads the files. What cannot be read stands in its entry.
func (o *verifyOptions) read(found []disk.Found) (gate.Many, error) {
	var files gate.Many
	for _, at := range found {
		e := &gate.Entry{Name: at.Name, Err: at.Err}
		if e.Err == nil {
			e.File, e.Err = o.LookAt(at.Name, o.passwordFile)
		}
		if errors.Is(e.Err, context.Canceled) {
			return nil, e.Err
		}
		e.Err = at.Because(e.Err)
		files = append(files, e)
	}
	return files, nil
}

// reportMany prints the verdict, a line a file, and one of totals.
func (o *verifyOptions) reportMany(r report.Report, g problem.Grading) error {
	words, now := o.English(), o.Now()
	v := VerifyManyView{View: report.Of(r, words, func(row report.Row) report.Verified { return row.Verified(now, words) })}
	v.Summary.Total = len(r.Rows)
	for _, row := range r.Rows {
		switch worst, _ := problem.Verdict(row.Findings, problem.Grading{}); worst {
		case problem.Critical:
			v.Summary.Critical++
		case problem.Warning:
			v.Summary.Warning++
		default:
			v.Summary.OK++
		}
	}
	return o.Verdict(v, r.Exit, func(p *cli.Page) { writeVerifiedMany(p, r, g, v.Summary) })
}

// writeVerifiedMany writes the verdict first, then a line a file with the gravest on top, then
// what the lines mean, and the totals.
func writeVerifiedMany(p *cli.Page, r report.Report, g problem.Grading, sum VerifySummary) {
	p.VerdictLine(r.Shown(), r.VerdictKey())
	if r.Muted() {
		p.Say("verify.below", nil)
	}
	p.Blank()
	rows := slices.Clone(r.Rows)
	slices.SortStableFunc(rows, func(a, b report.Row) int { return int(worstOf(b)) - int(worstOf(a)) })
	var lines [][]string
	var reasons []page.Reason
	for _, row := range rows {
		lines = append(lines, []string{
			p.Env.T("output.severity."+worstOf(row).String(), nil), endOf(p, row), row.Profile, codesOf(row, g), disk.Named(row.File),
		})
		for _, f := range row.Findings {
			p.Rehearsal = p.Rehearsal || f.Code == problem.Simulated
			if g.Tells(f) {
				reasons = page.AddReason(reasons, f.Severity, f.Err(), disk.Named(row.File))
			}
		}
	}
	slices.SortStableFunc(reasons, func(a, b page.Reason) int { return int(b.Severity) - int(a.Severity) })
	p.Table(lines...)
	p.Reasons(reasons, len(rows))
	p.Blank()
	p.Say("verify.totals", problem.Params{
		"files": strconv.Itoa(sum.Total), "ok": strconv.Itoa(sum.OK), "warning": strconv.Itoa(sum.Warning), "critical": strconv.Itoa(sum.Critical),
	})
}

func worstOf(row report.Row) problem.Severity {
	worst, _ := problem.Verdict(row.Findings, problem.Grading{})
	return worst
}

// endOf is the day on which what a file holds ends, by the person's clock.
func endOf(p *cli.Page, row report.Row) string {
	if end := row.End(); end != nil {
		return end.In(p.Env.Now().Location()).Format(time.DateOnly)
	}
	return ""
}

// codesOf is the gravest code that speaks against a file, and how many others do; else what the
// file is.
func codesOf(row report.Row, g problem.Grading) string {
	found := report.Graves(row, g)
	worst, bad := problem.Worst(found)
	switch {
	case bad && len(found) > 1:
		return string(worst.Code) + " +" + strconv.Itoa(len(found)-1)
	case bad:
		return string(worst.Code)
	case row.Role != pushcert.RoleMDMPush:
		return string(row.Role)
	}
	return ""
}
