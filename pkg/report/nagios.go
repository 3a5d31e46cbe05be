package report

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

const nagiosBegin = "APNS "

// Nagios writes the output of a monitoring plugin: one line that names the gravest item, with
// the days left of each as performance data, and a line for each item below it
// (https://www.monitoring-plugins.org/doc/guidelines.html).
func (s Sheet) Nagios() string {
	_, word := NagiosStatus(s.Exit)
	gravest := s.Totals()
	if len(s.Rows) > 0 && gravity(s.Rows[0].Findings) > 0 {
		gravest = s.Line(s.Rows[0]) + s.because(s.Rows[0]) + "; " + gravest
	}
	for _, f := range s.Findings {
		gravest = s.Says(f)
	}
	var b strings.Builder
	b.WriteString(nagiosBegin + word + " - " + plugin(gravest))
	separator := "|"
	for _, r := range s.Rows {
		b.WriteString(separator + s.perfdata(r, r.DaysLeft(s.Now)))
		separator = " "
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
	for _, f := range Graves(r) {
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
func (s Sheet) perfdata(r Row, days *int) string {
	label := s.Words.Clean(r.Name())
	if r.File == "" && r.Profile == "" {
		if r.Kind == lifecycle.KindVendor {
			label = ""
		}
		label = strings.TrimSpace(string(r.Kind) + " " + label)
	}
	value := "U" // not known
	if days != nil {
		value = strconv.Itoa(*days)
	}
	label = strings.NewReplacer("'", "''", "=", "_", "|", "/", "\n", " ").Replace(label)
	return "'" + label + "'=" + value + ";" + strconv.Itoa(r.Policy.WarnDays) + ":;" + strconv.Itoa(r.Policy.CriticalDays) + ":;;"
}

// plugin is a text without what ends it in a plugin's output.
func plugin(text string) string { return strings.NewReplacer("|", "/", "\n", " ").Replace(text) }
