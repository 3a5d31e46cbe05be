package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

const prometheusBegin = "# HELP apnsctl_"

// Prometheus writes the rows as metrics, in the text format that node_exporter's textfile
// collector reads. No serial is a label: a renewal must not make a new series.
func (s Sheet) Prometheus() string {
	m := metrics{escape: strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)}
	rows, seen := make([]Row, 0, len(s.Rows)), map[string]bool{}
	for _, r := range s.Rows { // two series of one name make a whole file unreadable
		if key := strings.Join(s.labels(r), "\x00"); !seen[key] {
			seen[key] = true
			rows = append(rows, r)
		}
	}
	m.begin("apnsctl_last_run_timestamp_seconds", "When status looked last.")
	m.value(strconv.FormatInt(s.Now.Unix(), 10))
	m.begin("apnsctl_threshold_seconds", "How long before its end an item is due, unless its profile says otherwise.")
	m.value(seconds(s.Policy.WarnDays), "severity", "warning")
	m.value(seconds(s.Policy.CriticalDays), "severity", "critical")
	m.begin("apnsctl_not_after_timestamp_seconds", "The last valid second of a certificate or token.")
	for _, r := range rows {
		if end := r.End(); end != nil {
			m.value(strconv.FormatInt(end.Unix(), 10), append(s.labels(r), "topic", s.Words.Clean(r.Topic()))...)
		}
	}
	m.begin("apnsctl_state", "The state of an item: 1 for the one that it is in, 0 for all others.")
	for _, r := range rows {
		for _, c := range Conditions() {
			value := "0"
			if r.Condition() == c {
				value = "1"
			}
			m.value(value, append(s.labels(r), "state", string(c))...)
		}
	}
	m.begin("apnsctl_request_pending_seconds", "How long a profile's newest request has been out.")
	for _, r := range rows {
		if r.PendingSince != nil && r.Profile != "" {
			age := max(0, int64(s.Now.Sub(*r.PendingSince)/time.Second))
			m.value(strconv.FormatInt(age, 10), "profile", r.Profile)
		}
	}
	return m.String()
}

// labels tell a row from all others.
func (s Sheet) labels(r Row) []string {
	name := r.Name()
	if r.File == "" && r.Kind != lifecycle.KindServer && (r.Profile != "" || r.Kind == lifecycle.KindVendor) {
		name = ""
	}
	return []string{"kind", string(r.Kind), "profile", r.Profile, "name", s.Words.Clean(name)}
}

func seconds(days int) string { return strconv.Itoa(days * 24 * 60 * 60) }

// metrics are lines of the text format.
type metrics struct {
	strings.Builder

	name   string
	escape *strings.Replacer
}

func (m *metrics) begin(name, help string) {
	m.name = name
	m.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n")
}

// value writes one sample.
func (m *metrics) value(value string, pairs ...string) {
	m.WriteString(m.name)
	before := "{"
	for i, part := range pairs {
		if i%2 == 0 {
			m.WriteString(before + part + `="`)
			before = ","
			continue
		}
		m.WriteString(m.escape.Replace(strings.ToValidUTF8(part, "\uFFFD")) + `"`)
	}
	if len(pairs) > 0 {
		m.WriteString("}")
	}
	m.WriteString(" " + value + "\n")
}
