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
	m := metrics{seen: map[string]bool{}}
	m.begin("apnsctl_last_run_timestamp_seconds", "When status looked last.")
	m.value(strconv.FormatInt(s.Now.Unix(), 10))
	m.begin("apnsctl_threshold_seconds", "How long before its end an item is due, unless its profile says otherwise.")
	m.value(seconds(s.Policy.WarnDays), "severity", "warning")
	m.value(seconds(s.Policy.CriticalDays), "severity", "critical")
	m.begin("apnsctl_not_after_timestamp_seconds", "The last valid second of a certificate or token.")
	for _, r := range s.Rows {
		if end := r.End(); end != nil {
			m.value(strconv.FormatInt(end.Unix(), 10), append(labels(r), "topic", r.Topic())...)
		}
	}
	m.begin("apnsctl_state", "The state of an item: 1 for the one that it is in, 0 for all others.")
	for _, r := range s.Rows {
		for _, c := range Conditions() {
			value := "0"
			if r.Condition() == c {
				value = "1"
			}
			m.value(value, append(labels(r), "state", string(c))...)
		}
	}
	m.begin("apnsctl_request_pending_seconds", "How long a profile's newest request has been out.")
	for _, r := range s.Rows {
		if r.PendingSince != nil && r.Profile != "" {
			age := max(0, int64(s.Now.Sub(*r.PendingSince)/time.Second))
			m.value(strconv.FormatInt(age, 10), "profile", r.Profile)
		}
	}
	return m.String()
}

// labels tell a row from all others.
func labels(r Row) []string {
	name := r.Name()
	if r.File == "" && (r.Profile != "" || r.Kind == lifecycle.KindVendor) {
		name = ""
	}
	return []string{"kind", string(r.Kind), "profile", r.Profile, "name", name}
}

func seconds(days int) string { return strconv.Itoa(days * 24 * 60 * 60) }

// metrics are lines of the text format.
type metrics struct {
	strings.Builder

	name string
	seen map[string]bool
}

func (m *metrics) begin(name, help string) {
	m.name = name
	m.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n")
}

// value writes one sample. A series that is there already is left out: two make a whole file
// unreadable.
func (m *metrics) value(value string, pairs ...string) {
	var labels []string
	escape := strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
	for i := 0; i < len(pairs); i += 2 {
		labels = append(labels, pairs[i]+`="`+escape.Replace(strings.ToValidUTF8(pairs[i+1], "\uFFFD"))+`"`)
	}
	series := m.name
	if len(labels) > 0 {
		series += "{" + strings.Join(labels, ",") + "}"
	}
	if !m.seen[series] {
		m.seen[series] = true
		m.WriteString(series + " " + value + "\n")
	}
}
