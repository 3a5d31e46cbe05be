package report

import (
	"cmp"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Group are the rows that have one finding in common, and so one next step.
type Group struct {
	First problem.Finding // that of the first row
	Rows  []Row
}

// Groups are the findings that are more than a note, each with its rows: the gravest first,
// those of one gravity in the order of the rows.
func Groups(rows []Row) []Group {
	type kind struct {
		key      string
		severity problem.Severity
	}
	var groups []Group
	at := map[kind]int{}
	for _, r := range rows {
		for _, f := range Graves(r) {
			k := kind{f.Key(), f.Severity}
			i, known := at[k]
			if !known {
				i, at[k] = len(groups), len(groups)
				groups = append(groups, Group{First: f})
			}
			groups[i].Rows = append(groups[i].Rows, r)
		}
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Compare(gravity([]problem.Finding{b.First}), gravity([]problem.Finding{a.First}))
	})
	return groups
}

// Of is the group's finding about one of its rows: each has values of its own.
func (g Group) Of(r Row) problem.Finding {
	for _, f := range Graves(r) {
		if f.Key() == g.First.Key() && f.Severity == g.First.Severity {
			return f
		}
	}
	return g.First
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
