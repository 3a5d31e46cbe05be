package watch

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// manyRows is how many rows leave no room for explanations: what stands below the table has
// to be on the screen with its last lines.
const manyRows = 20

// writeTable writes the verdict, a line a row, what to do, and the totals.
func writeTable(p *cli.Page, s report.Sheet) {
	p.Dense = len(s.Rows) > manyRows
	p.VerdictLine(s.Shown(), s.VerdictKey())
	p.Findings(s.Findings)
	if len(s.Rows) > 0 {
		p.Blank()
	}
	for _, line := range newTable(p, s).lines() {
		p.B.WriteString(line + "\n")
	}
	writeGroups(p, s)
	p.Blank()
	writeEnd(p, s)
}

// writeEnd writes what was not looked at, and the totals.
func writeEnd(p *cli.Page, s report.Sheet) {
	if !p.Env.Global.Quiet && s.Muted() {
		p.Text(p.Env.T("output.verify.below", nil))
	}
	if n := len(s.Recipients); n > 0 && !p.Env.Global.Quiet {
		p.Say("status.recipients", problem.Params{"count": strconv.Itoa(n)})
	}
	if !p.Env.Global.Quiet {
		p.B.WriteString(p.Env.IO.Paint(term.Dim, s.Revocations()) + "\n")
	}
	p.Text(s.Totals())
}

// table is rows in columns.
type table struct {
	p     *cli.Page
	s     report.Sheet
	cells [][]string // a row's state, name, days left, date, and the end of its topic
	names []string   // of the rows, in the width that there is
	width []int
	bars  bool
}

// The columns that are not as wide as their widest cell.
const (
	nameColumn  = 1
	leastName   = 8
	topicEnd    = 8
	barWidth    = 12
	markWidth   = 3
	columnGap   = "  "
	roomForBars = 100 // with dates in UTC too
)

func newTable(p *cli.Page, s report.Sheet) table {
	t := table{p: p, s: s, width: make([]int, 5), bars: !p.Env.Global.Verbose || p.Env.IO.Columns >= roomForBars}
	for _, r := range s.Rows {
		date := ""
		if end := r.End(); end != nil {
			date = s.Date(*end)
			if p.Env.Global.Verbose {
				date += " " + end.UTC().Format("2006-01-02T15:04Z")
			}
		}
		topic := r.Topic()
		if r.Kind == lifecycle.KindVendor {
			topic = ""
		}
		row := []string{s.State(r), s.Title(r), s.Left(r), date, s.Words.Clean(topic[max(0, len(topic)-topicEnd):])}
		for i, cell := range row {
			t.width[i] = max(t.width[i], term.Width(cell))
		}
		t.cells = append(t.cells, row)
	}
	rest := markWidth + len(columnGap)*(len(t.width)-1)
	if t.bars {
		rest += len(columnGap) + barWidth
	}
	for i, w := range t.width {
		if i != nameColumn {
			rest += w
		}
	}
	room := max(leastName, p.Env.IO.Columns-rest)
	if t.bars && !t.fit(room) { // two rows that look alike are worse than no bar
		t.bars = false
		room = max(leastName, p.Env.IO.Columns-rest+len(columnGap)+barWidth)
	}
	t.fit(room)
	return t
}

// fit brings the names into a width, and tells whether they can still be told from each other.
func (t *table) fit(columns int) bool {
	t.names, t.width[nameColumn] = nil, 0
	whole, distinct := map[string]string{}, true
	for i, r := range t.s.Rows {
		title := t.cells[i][nameColumn]
		name := shorten(title, columns)
		if r.Kind == lifecycle.KindServer && name != title {
			name = shortServer(t.s.Words.Clean(r.Name()), t.s.Words.Clean(r.Profile), columns)
		}
		if other, taken := whole[name]; taken && other != title {
			distinct = false
		}
		whole[name] = title
		t.names, t.width[nameColumn] = append(t.names, name), max(t.width[nameColumn], term.Width(name))
	}
	return distinct
}

// shortServer is a server with its profile, without the word for a server where there is no room for
// it, and something of both.
func shortServer(server, profile string, columns int) string {
	const around = len(" ()")
	room := max(2, columns-around)
	profile = shorten(profile, max(room/2, room-term.Width(server)))
	return shorten(server, room-term.Width(profile)) + " (" + profile + ")"
}

// lines are the rows, each on one line.
func (t table) lines() (lines []string) {
	paint := t.p.Env.IO.Paint
	for i, r := range t.s.Rows {
		style, cells := conditionStyle(r.Condition()), t.cells[i]
		name := term.Pad(t.names[i], t.width[nameColumn])
		left := strings.Repeat(" ", max(0, t.width[2]-term.Width(cells[2]))) + cells[2]
		all := []string{paint(style, term.Pad(mark(r.Condition()), markWidth)+term.Pad(cells[0], t.width[0])), paint(term.Bold, name), left, term.Pad(cells[3], t.width[3])}
		if t.bars {
			all = append(all, paint(style, term.Pad(report.Bar(r.DaysLeft(t.s.Now)), barWidth)))
		}
		lines = append(lines, strings.TrimRight(strings.Join(append(all, cells[4]), columnGap), " "))
	}
	return lines
}

// mark tells a state without colour, in characters that take one column in every terminal.
func mark(c lifecycle.Condition) string {
	return map[lifecycle.Condition]string{
		lifecycle.ConditionOK: "+", lifecycle.ConditionWarning: "!", lifecycle.ConditionCritical: "!!",
		lifecycle.ConditionExpired: "x", lifecycle.ConditionMissing: "?",
	}[c]
}

// shorten leaves the middle of a long name out: the beginning and the end tell it from others.
func shorten(name string, columns int) string {
	const gap = ".."
	if term.Width(name) <= columns {
		return name
	}
	runes := []rune(name)
	head, tail := 0, len(runes)
	for width, front := len(gap), true; head < tail; front = !front {
		next := runes[head]
		if !front {
			next = runes[tail-1]
		}
		if width += term.Width(string(next)); width > columns {
			break
		}
		if front {
			head++
		} else {
			tail--
		}
	}
	return string(runes[:head]) + gap + string(runes[tail:])
}
