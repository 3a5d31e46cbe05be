package report

import (
	"iter"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// View is a report in JSON, with an Item for each row.
type View[Item any] struct {
	Verdict  string         `json:"verdict"`
	ExitCode problem.Exit   `json:"exit_code"`
	Items    []Item         `json:"items"`
	Findings []problem.View `json:"findings"` // those that belong to no item
}

// Of writes a report in JSON, each row as item says.
func Of[Item any](r Report, words problem.Words, item func(Row) Item) View[Item] {
	v := View[Item]{r.Worst.String(), r.Exit, []Item{}, problem.Views(r.Findings, words)}
	for _, row := range r.Rows {
		v.Items = append(v.Items, item(row))
	}
	return v
}

// Status is the view of the report with no item yet, and its items one after the other: those
// of ten thousand need not be there at once.
func (s Sheet) Status(words problem.Words) (View[Status], iter.Seq[any]) {
	v := Of(Report{Findings: s.Findings, Worst: s.Worst, Exit: s.Exit}, words, func(r Row) Status { return r.Status(s.Now, words) })
	return v, func(yield func(any) bool) {
		for _, r := range s.Rows {
			if !yield(r.Status(s.Now, words)) {
				return
			}
		}
	}
}

// What names what a row is about.
type What struct {
	Kind    lifecycle.Kind `json:"kind"`
	Profile string         `json:"profile"`
	Name    string         `json:"name"` // of a token, or a server
	File    string         `json:"file"`
	Role    pushcert.Role  `json:"role"`
	Topic   string         `json:"topic"`
}

func (r Row) what() What {
	w := What{Kind: r.Kind, Profile: r.Profile, File: r.File, Role: r.Role, Topic: r.Topic()}
	switch {
	case r.Token != nil:
		w.Name = r.Token.Name
	case r.Kind == lifecycle.KindServer:
		w.Name = r.Server
	}
	return w
}

// Status is a row as status shows it.
type Status struct {
	What
	SerialHex    string `json:"serial_hex"`
	AppleAccount string `json:"apple_account"`
	Ends
	State       lifecycle.Condition `json:"state"`
	PendingDays *int                `json:"pending_days"` // age of the newest open request
	Findings    []problem.View      `json:"findings"`
}

// Status shows the row at a moment.
func (r Row) Status(now time.Time, words problem.Words) Status {
	v := Status{
		What: r.what(), AppleAccount: r.Account, Ends: r.ends(now), State: r.Condition(), PendingDays: r.PendingDays,
		Findings: problem.Views(r.Findings, words),
	}
	switch {
	case r.Certificate != nil:
		v.SerialHex = r.Certificate.SerialHex()
	case r.Used != nil:
		v.SerialHex = r.Used.SerialHex
	}
	return v
}

// Verified is a row as verify shows it.
type Verified struct {
	What
	Ends
	Stored   *Stored        `json:"stored"`
	Findings []problem.View `json:"findings"`
}

// Verified shows the row at a moment.
func (r Row) Verified(now time.Time, words problem.Words) Verified {
	return Verified{r.what(), r.ends(now), NewStored(r.Stored), problem.Views(r.Findings, words)}
}

// Token is a row as the commands about tokens show it.
type Token struct {
	Kind lifecycle.Kind `json:"kind"`
	Name string         `json:"name"`
	Ends
	State    lifecycle.Condition `json:"state"`
	Findings []problem.View      `json:"findings"`
}

// AsToken shows the row at a moment.
func (r Row) AsToken(now time.Time, words problem.Words) Token {
	return Token{r.Kind, r.what().Name, r.ends(now), r.Condition(), problem.Views(r.Findings, words)}
}
