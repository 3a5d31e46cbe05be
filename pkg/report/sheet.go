package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Words has all that writers say, in one language.
type Words interface {
	problem.Words
	// T is a text of the catalogue.
	T(key string, params problem.Params) string
	// Clean is a text of other people's without what a terminal would obey, on one line.
	Clean(text string) string
	// Lang is the language, as HTML and calendars name it.
	Lang() string
}

// Sheet is a report with all that its writers need.
type Sheet struct {
	Report

	All     []Row           // before rows were left out, for the totals
	Now     time.Time       // in the reader's time zone
	Policy  pushcert.Policy // thresholds of what has none of its own
	Grading problem.Grading
	Words   Words
	// Rehearsal tells that all is about a simulator's certificates.
	Rehearsal bool
	// Online tells that issuers were asked whether they have revoked a certificate.
	Online bool
	// Source tells the config file from others, so that calendars do not mix their entries up.
	Source string
}

// Writer writes a sheet in one form.
type Writer func(Sheet) string

// Form is the writer of a value of --output, and false for those that are none of this
// package's.
func Form(name string) (Writer, bool) {
	w, ok := map[string]Writer{
		"csv": Sheet.CSV, "prometheus": Sheet.Prometheus, "nagios": Sheet.Nagios, "github": Sheet.GitHub,
		"junit": Sheet.JUnit, "ics": Sheet.Calendar, "html": Sheet.HTML,
	}[name]
	return w, ok
}

// Forms are the values of --output, beside text and JSON.
func Forms() []string {
	return []string{"csv", "prometheus", "nagios", "github", "junit", "ics", "html"}
}

// State is the word for a row's state.
func (s Sheet) State(r Row) string { return s.Words.T("output.condition."+word(r.Condition(), r), nil) }

// word names a condition; a file without a certificate has nothing that could be checked.
func word(c lifecycle.Condition, r Row) string {
	if c == lifecycle.ConditionMissing && r.File != "" {
		return "unchecked"
	}
	return string(c)
}

// Title is what a row is called: as its file was given, else by what it is.
func (s Sheet) Title(r Row) string {
	params := problem.Params{"name": r.Name()}
	switch {
	case r.File == "-":
		return "(stdin)"
	case r.File != "":
	case r.Kind == lifecycle.KindServer:
		params["profile"] = r.Profile
		return s.Words.T("status.name.server", params)
	case r.Kind == lifecycle.KindVendor:
		return s.Words.T("status.name.vendor", params)
	case r.Kind == lifecycle.KindADEToken:
		return s.Words.T("status.name.ade-token", params)
	case r.Kind == lifecycle.KindContentToken:
		return s.Words.T("status.name.content-token", params)
	}
	return s.Words.Clean(r.Name())
}

// Revocations says of how many certificates it is known whether they are revoked.
func (s Sheet) Revocations() string {
	if !s.Online {
		return s.Words.T("status.unrevoked", nil)
	}
	known, all := 0, 0
	for _, r := range s.All {
		if r.Certificate == nil {
			continue
		}
		all++
		if !problem.Has(r.Findings, problem.RevocationUnknown) {
			known++
		}
	}
	return s.Words.T("status.revocations", problem.Params{"count": strconv.Itoa(known), "total": strconv.Itoa(all)})
}

// Date is the day of a moment on the reader's calendar.
func (s Sheet) Date(t time.Time) string { return t.In(s.Now.Location()).Format(time.DateOnly) }

// Left says how many days are left, or since when none are; empty for what has no end.
func (s Sheet) Left(r Row) string {
	days := r.DaysLeft(s.Now)
	switch {
	case days == nil:
		return ""
	case *days == 0:
		return s.Words.T("status.left.today", nil)
	case *days == -1:
		return s.Words.T("status.left.yesterday", nil)
	case *days < 0:
		return s.Words.T("status.left.expired", problem.Params{"days": strconv.Itoa(-*days)})
	case *days == 1:
		return s.Words.T("status.left.one", nil)
	}
	return s.Words.T("status.left.days", problem.Params{"days": strconv.Itoa(*days)})
}

// Line is a row in one line: its name, its state, its days left, its date.
func (s Sheet) Line(r Row) string {
	parts := []string{s.State(r)}
	if end := r.End(); end != nil {
		parts = append(parts, s.Left(r), s.Date(*end))
	}
	return s.Title(r) + ": " + strings.Join(parts, ", ")
}

// Says is what a finding says, on one line.
func (s Sheet) Says(f problem.Finding) string {
	return s.Words.Clean(s.Words.Sentence(f.Key(), f.Params))
}

// Graves are the findings of a row that are to be shown, see [problem.Grading.Tells].
func Graves(r Row, g problem.Grading) []problem.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f problem.Finding) bool { return !g.Tells(f) })
}

// Totals are the last line: how many are watched, and how many of them are in which state.
func (s Sheet) Totals() string {
	count := Count(s.All)
	var parts []string
	for _, c := range Conditions() {
		if n := count[c]; n > 0 {
			parts = append(parts, s.Words.T("status.total."+word(c, s.All[0]), problem.Params{"count": strconv.Itoa(n)}))
		}
	}
	total := s.Words.T("status.total.all", problem.Params{"count": strconv.Itoa(len(s.All))})
	if len(parts) == 0 {
		return total
	}
	return total + s.Words.T("status.total.colon", nil) + strings.Join(parts, s.Words.T("status.total.comma", nil))
}

// Verdict is the verdict in words.
func (s Sheet) Verdict() string {
	return s.Words.T("output.verdict."+s.VerdictKey(), nil)
}
