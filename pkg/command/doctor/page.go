package doctor

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// writeDoctor writes a line for each check, below it what is wrong and what to do, and
// the verdict last, where the eye is when a command ends.
func writeDoctor(p *cli.Page, checks []doctor.Check, worst doctor.Status) {
	words, names, passed := 0, 0, false
	counts := map[doctor.Status]int{}
	for _, c := range checks {
		words = max(words, term.Width(statusWord(p, c.Status)))
		names = max(names, term.Width(checkName(p, c.Name)))
		counts[c.Status]++
		if c.Status == doctor.Skipped && len(c.Causes) > 0 { // then there is a way to make it
			passed = true
		}
	}
	for _, c := range checks {
		writeCheck(p, c, words+page.Gap, names+page.Gap)
	}
	p.Blank()
	verdict := string(worst)
	switch {
	case worst != doctor.Critical && doctor.NoConfig(checks):
		verdict = "none"
	case worst == doctor.OK && passed:
		verdict = "skipped"
	}
	p.Text(p.Env.T("doctor.verdict."+verdict, problem.Params{
		"criticals": strconv.Itoa(counts[doctor.Critical]), "warnings": strconv.Itoa(counts[doctor.Warning]), "skipped": strconv.Itoa(counts[doctor.Skipped]),
	}))
}

func statusWord(p *cli.Page, s doctor.Status) string { return p.Env.T("doctor.status."+string(s), nil) }

// checkName is what a check is called in text; in JSON it keeps its own name.
func checkName(p *cli.Page, name string) string {
	if port, ok := strings.CutPrefix(name, doctor.Port); ok {
		return p.Env.T("doctor.name.port", problem.Params{"port": port})
	}
	if server, ok := strings.CutPrefix(name, doctor.ServerMark); ok {
		return p.Env.T("doctor.name.server", problem.Params{"server": server})
	}
	return p.Env.T("doctor.name."+name, nil)
}

// writeCheck writes one check: status, name, what was seen. Text that fits nowhere beside
// the name, such as a long path, goes below.
func writeCheck(p *cli.Page, c doctor.Check, words, names int) {
	head := p.Env.IO.Paint(checkStyle(c.Status), term.Pad(statusWord(p, c.Status), words)) + term.Pad(checkName(p, c.Name), names)
	column := words + names
	detail := term.Clean(detail(p.Env, c))
	if widest(term.Wrap(detail, p.Env.IO.Columns-column)) > p.Env.IO.Columns-column {
		p.B.WriteString(strings.TrimRight(head, " ") + "\n")
		writeHanging(p, words, detail)
	} else {
		text := term.Wrap(detail, p.Env.IO.Columns-column)
		p.B.WriteString(head + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", column)) + "\n")
	}
	for _, f := range c.Causes {
		if cause := cause(p.Env, f); cause != "" {
			writeHanging(p, words, p.Env.T("doctor.cause", nil)+cause)
		}
		writeHanging(p, words, p.Env.T("doctor.hint", nil)+hint(p.Env, f))
	}
}

// writeHanging writes wrapped text below the name of a check.
func writeHanging(p *cli.Page, indent int, text string) {
	margin := strings.Repeat(" ", indent)
	text = term.Wrap(term.Clean(text), p.Env.IO.Columns-indent)
	p.B.WriteString(margin + strings.ReplaceAll(text, "\n", "\n"+margin) + "\n")
}

// widest is the width of the widest line.
func widest(text string) int {
	width := 0
	for line := range strings.SplitSeq(text, "\n") {
		width = max(width, term.Width(line))
	}
	return width
}

func checkStyle(s doctor.Status) term.Style {
	switch s {
	case doctor.OK:
		return term.Green
	case doctor.Warning:
		return term.Yellow
	case doctor.Critical:
		return term.Red
	}
	return term.Dim
}
