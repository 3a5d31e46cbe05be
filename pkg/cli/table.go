package cli

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Table writes rows of cells below each other, one line each. The last cell of a row is whole,
// for it names the thing; a cell before it that is too wide loses its middle.
func (p *Page) Table(rows ...[]string) {
	const most = 24 // columns of a cell that is not the last
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			row[i] = shortened(msg.Clean(cell), most)
			widths[i] = max(widths[i], term.Width(row[i]))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row[:len(row)-1] {
			if widths[i] > 0 {
				line += term.Pad(cell, widths[i]+Gap)
			}
		}
		p.B.WriteString(strings.TrimRight(line+msg.Clean(row[len(row)-1]), " ") + "\n")
	}
}

// shortened is a text within so many columns: without its middle, for names often begin or end
// alike.
func shortened(text string, columns int) string {
	if term.Width(text) <= columns {
		return text
	}
	all := []rune(text)
	head, tail := len(all), len(all)
	for term.Width(string(all[tail:])) < columns/2-1 {
		tail--
	}
	for head > tail || term.Width(string(all[:head]))+1+term.Width(string(all[tail:])) > columns {
		head--
	}
	return string(all[:head]) + "…" + string(all[tail:])
}

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
			if lines <= room || p.Env.Global.Verbose {
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
	q := &Page{Env: p.Env}
	word := p.Env.T("output.severity."+r.Severity.String(), nil)
	head := p.Env.IO.Paint(SeverityStyle(r.Severity), word) + ": " + string(r.Problem.Code)
	if n := len(r.Names); n > 1 {
		names := strings.Join(r.Names[:min(n, named)], ", ")
		if n > named {
			names += ", …"
		}
		q.B.WriteString(head + "\n")
		q.Indented(p.Env.T("output.many.also", problem.Params{"count": strconv.Itoa(n), "names": names}))
	} else {
		q.B.WriteString(head + "\n")
	}
	q.Indented(p.Env.message(r.Problem))
	next := ""
	if hint && !p.Env.Global.Quiet {
		next = p.Env.Hint(r.Problem.Key(), r.Problem.Params)
	}
	if next != "" {
		q.Indented(p.Env.T("output.next", nil) + next)
	}
	return q.B.String()
}
