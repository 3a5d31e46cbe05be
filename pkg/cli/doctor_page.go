package cli

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// doctor writes a line for each check, below it what is wrong and how it is mended, and
// the verdict last, where the eye is when a command ends.
func (p *page) doctor(checks []check, worst checkStatus) {
	words, names, passed := 0, 0, 0
	counts := map[checkStatus]int{}
	for _, c := range checks {
		words = max(words, term.Width(p.word(c.status)))
		names = max(names, term.Width(c.name))
		counts[c.status]++
		if c.status == checkSkipped && len(c.faults) > 0 { // then there is a way to make it
			passed++
		}
	}
	for _, c := range checks {
		p.check(c, words+gap, names+gap)
	}
	p.blank()
	verdict := string(worst)
	if worst == checkOK && passed > 0 {
		verdict = "skipped"
	}
	p.text(p.env.T("doctor.verdict."+verdict, problem.Params{
		"criticals": strconv.Itoa(counts[checkCritical]), "warnings": strconv.Itoa(counts[checkWarning]), "skipped": strconv.Itoa(passed),
	}))
}

func (p *page) word(s checkStatus) string { return p.env.T("doctor.status."+string(s), nil) }

// check writes one check: status, name, what was seen. Text that fits nowhere beside
// the name, such as a long path, goes below.
func (p *page) check(c check, words, names int) {
	head := p.env.IO.Paint(checkStyle(c.status), term.Pad(p.word(c.status), words)) + term.Pad(c.name, names)
	column := words + names
	detail := term.Clean(p.env.detail(c))
	if widest(term.Wrap(detail, p.env.IO.Columns-column)) > p.env.IO.Columns-column {
		p.b.WriteString(strings.TrimRight(head, " ") + "\n")
		p.hanging(words, detail)
	} else {
		text := term.Wrap(detail, p.env.IO.Columns-column)
		p.b.WriteString(head + strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", column)) + "\n")
	}
	for _, f := range c.faults {
		if cause := p.env.cause(f); cause != "" {
			p.hanging(words, p.env.T("doctor.cause", nil)+cause)
		}
		p.hanging(words, p.env.T("doctor.mend", nil)+p.env.mend(f))
	}
}

// hanging writes wrapped text below the name of a check.
func (p *page) hanging(indent int, text string) {
	margin := strings.Repeat(" ", indent)
	text = term.Wrap(term.Clean(text), p.env.IO.Columns-indent)
	p.b.WriteString(margin + strings.ReplaceAll(text, "\n", "\n"+margin) + "\n")
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
