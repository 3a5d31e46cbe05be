package report

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Urgent puts the most urgent row first: by gravity, then days left, then name. What has no
// end comes after what has.
func Urgent(rows []Row, now time.Time) []Row {
	type ranked struct {
		Row

		gravity, days int
	}
	all := make([]ranked, len(rows))
	for i, r := range rows {
		all[i] = ranked{r, gravity(r.Findings), math.MaxInt}
		if days := r.DaysLeft(now); days != nil {
			all[i].days = *days
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		return cmp.Or(
			cmp.Compare(b.gravity, a.gravity), cmp.Compare(a.days, b.days),
			strings.Compare(strings.ToLower(a.Name()), strings.ToLower(b.Name())), strings.Compare(a.Name(), b.Name()), strings.Compare(string(a.Kind), string(b.Kind)),
		)
	})
	sorted := make([]Row, len(rows))
	for i, r := range all {
		sorted[i] = r.Row
	}
	return sorted
}

// gravity rises with what findings lead to; below all statuses it is told by severity.
func gravity(findings []problem.Finding) int {
	worst, exit := problem.Verdict(findings, problem.Grading{})
	const severities = 4
	order := []problem.Exit{problem.ExitOK, problem.ExitWarning, problem.ExitCritical, problem.ExitRefused, problem.ExitState}
	return slices.Index(order, exit)*severities + int(worst)
}

// Only keeps the rows in one of the states; without any it keeps all. The verdict stays that
// over everything: what is not shown is not well for that.
func (r Report) Only(states []lifecycle.Condition) Report {
	if len(states) > 0 {
		r.Rows = slices.DeleteFunc(slices.Clone(r.Rows), func(row Row) bool { return !slices.Contains(states, row.Condition()) })
	}
	return r
}

// Conditions are all states, the gravest first.
func Conditions() []lifecycle.Condition {
	return []lifecycle.Condition{
		lifecycle.ConditionExpired, lifecycle.ConditionMissing, lifecycle.ConditionCritical, lifecycle.ConditionWarning, lifecycle.ConditionOK,
	}
}

// Count is how many rows are in each state.
func Count(rows []Row) map[lifecycle.Condition]int {
	count := map[lifecycle.Condition]int{}
	for _, row := range rows {
		count[row.Condition()]++
	}
	return count
}
