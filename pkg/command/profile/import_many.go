package profile

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// ImportsView is what an import of many files did.
type ImportsView struct {
	Imports  []ImportView         `json:"imports"`
	Refused  []document.FaultView `json:"refused"`
	Summary  ImportSummary        `json:"summary"`
	ExitCode problem.Exit         `json:"exit_code"`
	DryRun   bool                 `json:"dry_run"`
}

// ImportSummary counts files by what came of them.
type ImportSummary struct {
	Total      int `json:"total"`
	Registered int `json:"registered"`
	Renewed    int `json:"renewed"`
	Unchanged  int `json:"unchanged"`
	Keys       int `json:"keys"`
	Refused    int `json:"refused"`
}

// checkFlags refuses flags that contradict each other, or would do nothing.
func (o *importOptions) checkFlags() error {
	switch {
	case o.from != "" && !slices.Contains(gate.Namings(), string(o.from)):
		return problem.Say(problem.Usage, "choice", problem.Params{
			"flag": "--profile-from", "value": string(o.from), "choices": strings.Join(gate.Namings(), ", "),
		})
	case o.from != "" && o.Global.Profile != "":
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--profile", "other": "--profile-from"})
	}
	return o.checkServerFlags()
}

// update changes the config file, or only tries to.
func (o *importOptions) update(ctx context.Context, change func(*lifecycle.State, signing.Seal) error) error {
	dry := errors.New("dry run")
	err := o.Update(ctx, func(s *lifecycle.State) error {
		seal, err := signing.To(s.Sealing, o.Now())
		if err != nil {
			return err
		}
		if err := change(s, seal); err != nil || !o.dryRun {
			return err
		}
		return dry
	})
	if errors.Is(err, dry) {
		return nil
	}
	o.taken = err == nil
	return err
}

// many takes all files, or with --keep-going the good ones, in one write.
func (o *importOptions) many(ctx context.Context, files gate.Many, rules lifecycle.ImportOptions) error {
	if bad := files.Refused(); len(bad) == len(files) {
		return o.faults(files)
	}
	err := o.update(ctx, func(s *lifecycle.State, seal signing.Seal) error {
		if err := files.Register(s, seal, rules, o.from); err != nil {
			return err
		}
		if len(files.Refused()) > 0 && (!o.keepGoing || len(files.Taken()) == 0) {
			return o.faults(files)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return o.reportMany(ctx, files)
}

// faults are all files that cannot be taken.
func (o *importOptions) faults(files gate.Many) error {
	f := &problem.Faults{All: faultsOf(files), Total: len(files), Key: "import.refused-many"}
	if len(files.Taken()) > 0 { // a key alone is nothing to take
		f.Partly = o.again() + " --keep-going"
	}
	return f
}

func faultsOf(files gate.Many) []problem.Fault {
	var all []problem.Fault
	for _, e := range files.Refused() {
		all = append(all, problem.Fault{File: e.Name, Profile: e.Profile, Err: problem.Of(disk.AboutErr(e.Name, e.Err))})
	}
	return all
}

// reportMany prints a line a file and one of totals.
func (o *importOptions) reportMany(ctx context.Context, files gate.Many) error {
	if _, err := o.State(ctx); err != nil { // read once, for the hints
		return err
	}
	bad := faultsOf(files)
	v := ImportsView{Imports: []ImportView{}, Refused: o.FaultViews(bad), DryRun: o.dryRun}
	v.Summary.Total, v.Summary.Refused = len(files), len(bad)
	var outcomes []*lifecycle.Outcome
	for _, e := range files.Taken() {
		outcomes = append(outcomes, e.Outcome)
		one := newImport(o.Env, e.Name, e.Outcome, o.dryRun)
		v.Imports = append(v.Imports, one)
		switch one.Action {
		case string(lifecycle.Registered):
			v.Summary.Registered++
		case string(lifecycle.Renewed):
			v.Summary.Renewed++
		default:
			v.Summary.Unchanged++
		}
	}
	v.Summary.Keys = len(files) - len(v.Imports) - len(bad)
	if len(bad) > 0 {
		v.ExitCode = problem.Gravest(bad).Exit()
	}
	o.noteWritten(outcomes...)
	return o.Verdict(v, v.ExitCode, func(p *cli.Page) { writeImports(p, v, files, bad) })
}

// noteWritten tells that nothing was written, or which authorities are kept.
func (o *importOptions) noteWritten(all ...*lifecycle.Outcome) {
	o.noteDryRun()
	var kept []string
	for _, out := range all {
		kept = append(kept, out.Kept...)
	}
	if !o.dryRun {
		o.NoteKept(kept)
	}
}

// noteDryRun tells that nothing was written.
func (o *importOptions) noteDryRun() {
	if o.dryRun {
		o.Note("import.dry-run", nil)
	}
}

// writeImports writes the verdict, a line a file with the refused ones first, what the lines
// mean, and the totals.
func writeImports(p *cli.Page, v ImportsView, files gate.Many, bad []problem.Fault) {
	params := problem.Params{"taken": strconv.Itoa(len(v.Imports)), "refused": strconv.Itoa(len(bad)), "total": strconv.Itoa(len(files))}
	if len(bad) > 0 {
		p.Say("import.many-some", params)
	} else {
		p.Say("import.many-all", params)
	}
	p.Blank()
	var rows [][]string
	for _, f := range bad {
		rows = append(rows, []string{p.Env.T("output.import.action.refused", nil), string(f.Err.Code), f.Profile, disk.Named(f.File)})
	}
	reasons := cli.Reasons(bad)
	for _, e := range files.Taken() {
		out := e.Outcome
		rows = append(rows, []string{
			p.Env.T("output.import.action."+report.ActionName(out.Action), nil), out.Certificate.X509.NotAfter.In(p.Env.Now().Location()).Format(time.DateOnly),
			out.Profile, disk.Named(e.Name),
		})
		for _, f := range out.Findings {
			if f.Code == problem.Simulated {
				p.Rehearsal = true
			} else if f.Severity >= problem.Warning {
				reasons = page.AddReason(reasons, f.Severity, f.Err(), out.Profile)
			}
		}
	}
	p.Table(rows...)
	p.Reasons(reasons, len(files))
	writeLeft(p, files, v.DryRun)
	p.Blank()
	p.Say("import.totals", problem.Params{
		"files": strconv.Itoa(v.Summary.Total), "registered": strconv.Itoa(v.Summary.Registered), "renewed": strconv.Itoa(v.Summary.Renewed),
		"unchanged": strconv.Itoa(v.Summary.Unchanged), "keys": strconv.Itoa(v.Summary.Keys), "refused": strconv.Itoa(v.Summary.Refused),
	})
}

// writeLeft names the profiles for which something is left to do, and the gravest of it: devices
// that have to be enrolled again, or were without a valid certificate.
func writeLeft(p *cli.Page, files gate.Many, dryRun bool) {
	left, late, again := 0, 0, 0
	for _, e := range files.Taken() {
		if len(e.Outcome.Todo) > 0 {
			left++
		}
		if slices.Contains(e.Outcome.Todo, lifecycle.TodoSyncAll) {
			late++
		}
		if slices.Contains(e.Outcome.Todo, lifecycle.TodoReenroll) {
			again++
		}
	}
	params := problem.Params{"left": strconv.Itoa(left), "late": strconv.Itoa(late), "again": strconv.Itoa(again)}
	if left > 0 && !dryRun {
		p.Advise("import.left-many", params)
	}
	if late > 0 && !p.Env.Global.Quiet {
		p.Say("import.left-late", params)
	}
	if again > 0 && !p.Env.Global.Quiet {
		p.Say("import.left-again", params)
	}
}
