package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Fault is why one of many things (files, profiles) cannot be taken.
type Fault struct {
	File, Profile string
	Err           *problem.Error
}

// Faults ends a command that was given many things, and did nothing because some cannot be taken.
type Faults struct {
	All   []Fault
	Total int    // how many things there were
	Key   string // the sentence above them
	// Partly tells that --keep-going would take the others.
	Partly bool
}

// Error implements error.
func (f *Faults) Error() string { return fmt.Sprintf("%d of %d: %v", len(f.All), f.Total, f.Unwrap()) }

// Unwrap returns the command's own problem: a file that is not there, for the command has to be
// mended before anybody looks further; else the gravest.
func (f *Faults) Unwrap() error {
	for _, one := range f.All {
		if one.Err.Key() == "input-unreadable.missing" {
			return one.Err
		}
	}
	return Gravest(f.All)
}

// Gravest is the first of the gravest faults, by the order of verdicts; what is a slip in the
// command comes last.
func Gravest(all []Fault) *problem.Error {
	worst := slices.MinFunc(all, func(a, b Fault) int { return gravity(a.Err) - gravity(b.Err) })
	return worst.Err
}

func gravity(p *problem.Error) int {
	at := slices.Index([]problem.Exit{
		problem.ExitUnexpected, problem.ExitState, problem.ExitRefused, problem.ExitCritical, problem.ExitWarning, problem.ExitUsage,
	}, p.Code.Exit())
	if at < 0 {
		return len(problem.Exits())
	}
	return at
}

// FaultViews are faults in JSON; never null.
func (e *Env) FaultViews(all []Fault) []document.FaultView {
	views := []document.FaultView{}
	e.atHand() // once, and not for each hint
	for _, f := range all {
		v := e.ErrorView(f.Err)
		views = append(views, document.FaultView{File: f.File, Profile: f.Profile, Code: v.Code, Message: v.Message, Hint: v.Hint, Params: v.Params})
	}
	return views
}

// complainAll names every fault on standard error: one line each, then what the kinds of them mean.
func (e *Env) complainAll(f *Faults) {
	p := &Page{Env: e}
	params := problem.Params{"count": strconv.Itoa(len(f.All)), "total": strconv.Itoa(f.Total), "others": strconv.Itoa(f.Total - len(f.All))}
	p.Text("apnsctl: " + e.T("output."+f.Key, params))
	p.Blank()
	p.Table(FaultRows(f.All)...)
	p.Reasons(Reasons(f.All), len(f.All))
	if f.Partly && len(f.All) < f.Total {
		p.Advise("many.keep-going", params)
	}
	fmt.Fprint(e.IO.Err, p.Done())
}

// FaultRows are lines of a table, one a fault.
func FaultRows(all []Fault) [][]string {
	var rows [][]string
	for _, f := range all {
		row := []string{string(f.Err.Code), f.Profile}
		if f.File != "" {
			row = append(row, disk.Named(f.File))
		}
		rows = append(rows, row)
	}
	return rows
}

// Reasons are the kinds of faults, each with the first of its kind.
func Reasons(all []Fault) []Reason {
	var reasons []Reason
	for _, f := range all {
		reasons = AddReason(reasons, problem.Critical, f.Err, cmp.Or(disk.Named(f.File), f.Profile))
	}
	return reasons
}

// AddReason counts one more thing of a kind.
func AddReason(reasons []Reason, severity problem.Severity, p *problem.Error, name string) []Reason {
	for i := range reasons {
		if reasons[i].Problem.Key() == p.Key() {
			reasons[i].Names = append(reasons[i].Names, name)
			return reasons
		}
	}
	return append(reasons, Reason{Severity: severity, Problem: p, Names: []string{name}})
}

// asFaults is the end of a command over many things; nil for another end.
func asFaults(err error) *Faults {
	f, _ := errors.AsType[*Faults](err)
	return f
}
