package page

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Reason is why several things are as they are, in the words about the first of them.
type Reason struct {
	Severity problem.Severity
	Problem  *problem.Error
	Names    []string
}

// linesOfMany is how many lines a page about so many things has for its reasons: three hundred
// things are told within three hundred and twenty lines.
func linesOfMany(things int) int {
	const least, page = 9, 120
	return max(least, page-things)
}

// Reasons writes each kind of reason once, as far as there is room beside a line for each of so
// many things. All of them stand there with --verbose.
func (p *Page) Reasons(all []Reason, things int) {
	room := linesOfMany(things)
	for _, r := range all {
		for _, hint := range []bool{true, false} {
			text := p.reason(r, hint)
			lines := strings.Count(text, "\n") + 1
			if lines <= room || p.Verbose {
				p.B.WriteString("\n" + text)
				room -= lines
				break
			}
		}
	}
}

// reason is one paragraph.
func (p *Page) reason(r Reason, hint bool) string {
	const named = 10
	q := &Page{Words: p.Words, IO: p.IO, Quiet: p.Quiet, Verbose: p.Verbose, Led: p.Led}
	word := p.Words.T("output.severity."+r.Severity.String(), nil)
	head := p.IO.Paint(SeverityStyle(r.Severity), word) + ": " + string(r.Problem.Code)
	if n := len(r.Names); n > 1 {
		names := strings.Join(r.Names[:min(n, named)], ", ")
		if n > named {
			names += ", …"
		}
		q.B.WriteString(head + "\n")
		q.Indented(p.Words.T("output.many.also", problem.Params{"count": strconv.Itoa(n), "names": names}))
	} else {
		q.B.WriteString(head + "\n")
	}
	q.Indented(p.Words.Message(r.Problem))
	next := ""
	if hint && !p.Quiet {
		next = p.Words.Hint(r.Problem.Key(), r.Problem.Params)
	}
	if next != "" {
		q.Indented(p.Words.T("output.next", nil) + next)
	}
	return q.B.String()
}

// AddReason counts one more thing of a kind and gravity.
func AddReason(reasons []Reason, severity problem.Severity, p *problem.Error, name string) []Reason {
	for i := range reasons {
		if reasons[i].Problem.Key() == p.Key() && reasons[i].Severity == severity {
			reasons[i].Names = append(reasons[i].Names, name)
			return reasons
		}
	}
	return append(reasons, Reason{Severity: severity, Problem: p, Names: []string{name}})
}
