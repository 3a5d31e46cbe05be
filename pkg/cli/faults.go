package cli

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// FaultViews are faults in JSON; never null.
func (e *Env) FaultViews(all []problem.Fault) []document.FaultView {
	views := []document.FaultView{}
	e.atHand() // once, and not for each hint
	for _, f := range all {
		v := e.ErrorView(f.Err)
		views = append(views, document.FaultView{File: f.File, Profile: f.Profile, Code: v.Code, Message: v.Message, Hint: v.Hint, Params: v.Params})
	}
	return views
}

// complainAll names every fault on standard error: one line each, then what the kinds of them mean.
func (e *Env) complainAll(f *problem.Faults) {
	p := e.NewPage()
	params := problem.Params{"count": strconv.Itoa(len(f.All)), "total": strconv.Itoa(f.Total), "others": strconv.Itoa(f.Total - len(f.All)), "command": f.Partly}
	p.Text("apnsctl: " + e.T("output."+f.Key, params))
	p.Blank()
	p.Table(faultRows(f.All)...)
	p.Reasons(Reasons(f.All), len(f.All))
	if f.Partly != "" && len(f.All) < f.Total {
		p.Advise("many.keep-going", params)
	}
	fmt.Fprint(e.IO.Err, p.Done())
}

// faultRows are lines of a table, one a fault.
func faultRows(all []problem.Fault) [][]string {
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
func Reasons(all []problem.Fault) []page.Reason {
	var reasons []page.Reason
	for _, f := range all {
		reasons = page.AddReason(reasons, problem.Critical, f.Err, cmp.Or(disk.Named(f.File), f.Profile))
	}
	return reasons
}
