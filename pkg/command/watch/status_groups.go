package watch

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// detail is how much is said of each group.
type detail struct {
	names int  // how many names at most
	hints bool // the whole next step, else its first command
	one   bool // the names on one line
	bare  bool // no next step at all
	most  int  // how many groups; zero is all
}

// most lines below a long table, beside the rows themselves.
const linesBelow = 10

// writeGroups writes what is not ok, grouped by what to do next. Below a long table it takes
// few lines: as much is left out as has to be, the explanations first.
func writeGroups(p *cli.Page, s report.Sheet) {
	groups := report.Groups(s.Rows, s.Grading)
	if len(groups) == 0 {
		return
	}
	const names = 10
	quiet := p.Env.Global.Quiet
	if !p.Dense {
		for _, g := range groups {
			p.Blank()
			writeGroup(p, s, g, detail{names: names, hints: true, bare: quiet})
		}
		return
	}
	room := linesBelow - 1 // the totals
	for _, line := range []bool{s.Rehearsal, true, !quiet, !quiet && s.Muted()} {
		if line {
			room--
		}
	}
	p.B.WriteString(fitting(p, s, groups, room, []detail{
		{names: names, hints: true, bare: quiet},
		{names: names, bare: quiet},
		{names: names, one: true, bare: quiet},
		{names: names, one: true, bare: true},
		{names: names, one: true, bare: true, most: room - 1},
	}))
}

// fitting is the text of the groups with the first of the details that leaves it short enough.
func fitting(p *cli.Page, s report.Sheet, groups []report.Group, room int, details []detail) (text string) {
	for _, d := range details {
		part := p.Env.NewPage()
		part.Dense = true
		shown := groups
		if d.most > 0 && len(groups) > d.most {
			shown = groups[:d.most]
		}
		for _, g := range shown {
			writeGroup(part, s, g, d)
		}
		if rest := len(groups) - len(shown); rest > 0 {
			part.Text(p.Env.T("status.more-groups", problem.Params{"count": strconv.Itoa(rest)}))
		}
		if text = part.B.String(); strings.Count(text, "\n") <= room {
			break
		}
	}
	return text
}

// writeGroup writes one paragraph: what to do, for which rows, and how.
func writeGroup(p *cli.Page, s report.Sheet, g report.Group, d detail) {
	e, f := p.Env, g.First()
	key := "status.do." + strings.ReplaceAll(f.Key(), ".", "-") + "-" + f.Severity.String()
	what, known := e.Msg.Lookup(key)
	if !known {
		what = string(f.Code)
	}
	before := e.T("status.group", problem.Params{"do": what})
	var wrapped string
	for n := d.names; ; n-- {
		wrapped = term.Wrap(before+names(s, g, n), e.IO.Columns)
		if !d.one || n == 1 || !strings.Contains(wrapped, "\n") {
			break
		}
	}
	style := page.SeverityStyle(f.Severity)
	p.B.WriteString(e.IO.Paint(style, before) + strings.TrimPrefix(wrapped, before) + "\n")
	var told []problem.Finding
	if !known && !d.one {
		told = writeTold(p, s, g, d)
	}
	if hint := stepOf(e, g, told, d); hint != "" {
		p.Indented(hint)
	}
}

// writeTold writes what is so of a group: once if it is the same of all its rows, else of each, as far as
// they are named, for no sentence has the values of another row. It returns the findings that are told.
func writeTold(p *cli.Page, s report.Sheet, g report.Group, d detail) []problem.Finding {
	says := func(f problem.Finding) string { return p.Env.Sentence(f.Key(), f.Params) }
	first := says(g.First())
	if !slices.ContainsFunc(g.Findings, func(f problem.Finding) bool { return says(f) != first }) {
		p.Indented(first)
		return g.Findings[:1]
	}
	told := g.Findings[:min(len(g.Findings), d.names)]
	for i, f := range told {
		p.Indented(p.Env.T("status.group", problem.Params{"do": s.Title(g.Rows[i])}) + says(f))
	}
	return told
}

// stepOf is the next step of a group, in the detail that there is room for.
func stepOf(e *cli.Env, g report.Group, told []problem.Finding, d detail) string {
	if d.bare {
		return ""
	}
	hint := hintOf(e, g, g.First())
	if !d.hints {
		return firstCommand(hint)
	}
	for _, f := range told {
		hint = withCommands(hint, hintOf(e, g, f))
	}
	return hint
}

// hintOf is what to do about a finding of a group. A certificate that ends is renewed by one command that leads.
func hintOf(e *cli.Env, g report.Group, f problem.Finding) string {
	way := "status.way." + strings.ReplaceAll(f.Key(), ".", "-")
	if len(g.Rows) > 1 {
		way += "-several"
		if f.Params["topic"] != "" && g.Rows[0].Profile == "" { // each file has its own
			f.Params = maps.Clone(f.Params)
			f.Params["topic"] = "TOPIC"
		}
	}
	if _, known := e.Msg.Lookup(way); known && g.Rows[0].Profile != "" {
		return e.T(way, f.Params)
	}
	return e.Hint(f.Key(), f.Params)
}

// asSoon gives a command of a hint that renews what is due the days of this call: with fewer it would not be.
func asSoon(days string) func(command string) string {
	return func(command string) string {
		if days != "" && strings.HasPrefix(command, "apnsctl renew ") {
			return command + " --warn-days " + msg.Quote(days)
		}
		return command
	}
}

// names are the rows of a group, as many as there is room for.
func names(s report.Sheet, g report.Group, most int) string {
	var all []string
	for i, r := range g.Rows {
		if i == most {
			return s.Words.T("status.and-more", problem.Params{"names": strings.Join(all, ", "), "count": strconv.Itoa(len(g.Rows) - i)})
		}
		all = append(all, s.Title(r))
	}
	return strings.Join(all, ", ")
}

// withCommands is a hint with the commands of another one, as far as it has them not yet.
func withCommands(hint, other string) string {
	for line := range strings.SplitSeq(other, "\n") {
		if strings.HasPrefix(line, "  apnsctl ") && !strings.Contains(hint+"\n", line+"\n") {
			hint += "\n" + line
		}
	}
	return hint
}

// firstCommand is the first command of a next step.
func firstCommand(hint string) string {
	for line := range strings.SplitSeq(hint, "\n") {
		if strings.HasPrefix(line, "  apnsctl ") {
			return line
		}
	}
	return ""
}
