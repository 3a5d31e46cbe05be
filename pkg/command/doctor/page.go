package doctor

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// writeDoctor writes a line for each check, below it what is wrong and what to do, and
// the verdict last, where the eye is when a command ends.
func writeDoctor(p *cli.Page, checks []check, worst checkStatus) {
	words, names, passed := 0, 0, 0
	counts := map[checkStatus]int{}
	for _, c := range checks {
		words = max(words, term.Width(statusWord(p, c.status)))
		names = max(names, term.Width(checkName(p, c.name)))
		counts[c.status]++
		if c.status == checkSkipped && len(c.faults) > 0 { // then there is a way to make it
			passed++
		}
	}
	for _, c := range checks {
		writeCheck(p, c, words+cli.Gap, names+cli.Gap)
	}
	p.Blank()
	verdict := string(worst)
	if worst == checkOK && passed > 0 {
		verdict = "skipped"
	}
	p.Text(p.Env.T("doctor.verdict."+verdict, problem.Params{
		"criticals": strconv.Itoa(counts[checkCritical]), "warnings": strconv.Itoa(counts[checkWarning]), "skipped": strconv.Itoa(passed),
	}))
}

func statusWord(p *cli.Page, s checkStatus) string { return p.Env.T("doctor.status."+string(s), nil) }

// checkName is what a check is called in text; in JSON it keeps its own name.
func checkName(p *cli.Page, name string) string {
	if port, ok := strings.CutPrefix(name, checkPort); ok {
		return p.Env.T("doctor.name.port", problem.Params{"port": port})
	}
	return p.Env.T("doctor.name."+name, nil)
}

// writeCheck writes one check: status, name, what was seen. Text that fits nowhere beside
// the name, such as a long path, goes below.
func writeCheck(p *cli.Page, c check, words, names int) {
	head := p.Env.IO.Paint(checkStyle(c.status), term.Pad(statusWord(p, c.status), words)) + term.Pad(checkName(p, c.name), names)
	column := words + names
	detail := term.Clean(detail(p.Env, c))
	if widest(term.Wrap(detail, p.Env.IO.Columns-column)) > p.Env.IO.Columns-column {
		p.B.WriteString(strings.TrimRight(head, " ") + "\n")
		writeHanging(p, words, detail)
	} else {
		text := term.Wrap(detail, p.Env.IO.Columns-column)
		p.B.WriteString(head + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", column)) + "\n")
	}
	for _, f := range c.faults {
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

func checkStyle(s checkStatus) term.Style {
	switch s {
	case checkOK:
		return term.Green
	case checkWarning:
		return term.Yellow
	case checkCritical:
		return term.Red
	}
	return term.Dim
}
