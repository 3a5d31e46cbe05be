package report

import (
	"cmp"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Group are the rows that have one finding in common, and so one next step.
type Group struct {
	Rows     []Row
	Findings []problem.Finding // that of each row, with values of its own
}

// First is the finding of the first row.
func (g Group) First() problem.Finding { return g.Findings[0] }

// Groups are the findings that are to be shown, each with its rows: the gravest first,
// those of one gravity in the order of the rows.
func Groups(rows []Row, grading problem.Grading) []Group {
	type kind struct {
		key      string
		severity problem.Severity
	}
	var groups []Group
	at := map[kind]int{}
	for _, r := range rows {
		for _, f := range Graves(r, grading) {
			k := kind{f.Key(), f.Severity}
			i, known := at[k]
			if !known {
				i, at[k] = len(groups), len(groups)
				groups = append(groups, Group{})
			}
			groups[i].Rows, groups[i].Findings = append(groups[i].Rows, r), append(groups[i].Findings, f)
		}
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Compare(gravity(b.Findings[:1]), gravity(a.Findings[:1]))
	})
	return groups
}

// Bar shows how much of a year is left: a sign for each month that has begun, a point for each
// that is over.
func Bar(days *int) string {
	const months, year = 12, 365
	bar := []byte("............")
	if days == nil {
		return ""
	}
	left := min(months, (max(0, *days+1)*months+year-1)/year)
	for i := range left {
		bar[i] = '#'
	}
	return string(bar)
}
