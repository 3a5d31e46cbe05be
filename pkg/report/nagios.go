package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

const nagiosBegin = "APNS "

// Nagios writes the output of a monitoring plugin: one line that names the gravest item, with
// the days left of each as performance data, and a line for each item below it
// (https://www.monitoring-plugins.org/doc/guidelines.html).
func (s Sheet) Nagios() string {
	_, word := NagiosStatus(s.Exit)
	gravest := s.Totals()
	if i := slices.IndexFunc(s.All, func(r Row) bool { return len(Graves(r, s.Grading)) > 0 }); i >= 0 {
		gravest = s.Line(s.All[i]) + s.because(s.All[i]) + "; " + gravest
	}
	for _, f := range s.Findings {
		gravest = s.Says(f)
	}
	var b strings.Builder
	b.WriteString(nagiosBegin + word + " - " + plugin(gravest))
	separator, names := "|", s.valueNames()
	for _, r := range s.Rows {
		if name, first := names[r.identity()]; first { // a file that was named twice has one value
			b.WriteString(separator + perfdata(name, r.Policy, r.DaysLeft(s.Now)))
			separator = " "
			delete(names, r.identity())
		}
	}
	b.WriteString("\n")
	for _, r := range s.Rows {
		b.WriteString(plugin(s.Line(r)+s.because(r)) + "\n")
	}
	return b.String()
}

// NagiosError is the output for a run that could not look.
func NagiosError(message string) string { return nagiosBegin + "UNKNOWN - " + plugin(message) + "\n" }

// because says what is wrong where it is no date, for that the line tells.
func (s Sheet) because(r Row) string {
	for _, f := range Graves(r, s.Grading) {
		if f.Code != problem.ExpiresSoon && f.Code != problem.Expired && f.Code != problem.VendorExpired {
			return ": " + s.Says(f)
		}
	}
	return ""
}

// NagiosStatus is what an exit status is called by monitoring plugins, and their status.
func NagiosStatus(x problem.Exit) (status int, word string) {
	switch x {
	case problem.ExitOK:
		return 0, "OK"
	case problem.ExitWarning:
		return 1, "WARNING"
	case problem.ExitCritical, problem.ExitRefused:
		return 2, "CRITICAL"
	}
	return 3, "UNKNOWN"
}

// perfdata is 'label'=value;warn;critical;; where both thresholds alert below them.
func perfdata(label string, p pushcert.Policy, days *int) string {
	value := "U" // not known
	if days != nil {
		value = strconv.Itoa(*days)
	}
	return "'" + strings.ReplaceAll(label, "'", "''") + "'=" + value + ";" + strconv.Itoa(p.WarnDays) + ":;" + strconv.Itoa(p.CriticalDays) + ":;;"
}

// identity is what a row is told from all others by.
func (r Row) identity() [4]string { return [4]string{r.File, string(r.Kind), r.Name(), r.Profile} }

// valueNames are the labels of performance data, no two alike, and the same whichever rows are shown: a series has
// to stay that of one item. Where somebody has given a name to a profile that something else would have, that
// has its kind before it once more.
func (s Sheet) valueNames() map[[4]string]string {
	servers := map[string]int{}
	for _, r := range s.All {
		servers[r.Server]++
	}
	type named struct {
		id    [4]string
		kind  lifecycle.Kind
		label string
		rank  int // what has its own name comes first, and of these what needs no other signs
	}
	all := make([]named, len(s.All))
	for i, r := range s.All {
		all[i] = named{id: r.identity(), kind: r.Kind, label: s.valueName(r, servers[r.Server] > 1)}
		switch {
		case r.File == "" && r.Kind != lifecycle.KindPush:
			all[i].rank = 2
		case all[i].label != r.Name():
			all[i].rank = 1
		}
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Or(cmp.Compare(a.rank, b.rank), slices.Compare(a.id[:], b.id[:])) })
	names, taken := map[[4]string]string{}, map[string]bool{}
	for _, n := range slices.CompactFunc(all, func(a, b named) bool { return a.id == b.id }) {
		for taken[n.label] {
			n.label = string(n.kind) + " " + n.label
		}
		taken[n.label] = true
		names[n.id] = n.label
	}
	return names
}

// valueName is the name of a profile or a file; all else has its kind before it, and a server that several
// profiles are linked with the profile behind it.
func (s Sheet) valueName(r Row, several bool) string {
	label := r.Name()
	switch {
	case r.File != "" || r.Kind == lifecycle.KindPush:
	case r.Kind == lifecycle.KindVendor:
		label = string(r.Kind)
	case r.Kind == lifecycle.KindServer && several:
		label = string(r.Kind) + " " + label + " (" + r.Profile + ")"
	default:
		label = string(r.Kind) + " " + label
	}
	return strings.NewReplacer("=", "_", "|", "/", "\n", " ").Replace(s.Words.Clean(label))
}

// plugin is a text without what ends it in a plugin's output.
func plugin(text string) string { return strings.NewReplacer("|", "/", "\n", " ").Replace(text) }
