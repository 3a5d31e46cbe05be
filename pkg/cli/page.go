package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Page is the text of a result: sentences, aligned fields and findings within
// [p.env.IO.Columns].
type Page struct {
	Env *Env
	B   strings.Builder
	// rehearsal tells that the page is about something of the simulator's.
	Rehearsal bool
	// Dense leaves empty lines out.
	Dense bool
}

// Done is the whole page. That it is a rehearsal is said once, before all else.
func (p *Page) Done() string {
	if !p.Rehearsal || p.Env.Led {
		return p.B.String()
	}
	first := &Page{Env: p.Env}
	first.Say("rehearsal", nil)
	if !p.Dense {
		first.Blank()
	}
	return first.B.String() + p.B.String()
}

// Say writes a sentence of the catalogue's output file.
func (p *Page) Say(key string, params problem.Params) {
	p.Text(p.Env.T("output."+key, params))
}

// Advise writes a paragraph that is not the result itself, unless --quiet or another command leads on.
func (p *Page) Advise(key string, params problem.Params) {
	if !p.Env.Global.Quiet && !p.Env.Led {
		p.Blank()
		p.Say(key, params)
	}
}

// Text writes wrapped text as it is.
func (p *Page) Text(s string) {
	p.B.WriteString(term.Wrap(term.Clean(s), p.Env.IO.Columns) + "\n")
}

// Blank writes an empty line, unless the page starts with it.
func (p *Page) Blank() {
	if p.B.Len() > 0 && !p.Dense {
		p.B.WriteString("\n")
	}
}

// Field is one labelled value, or several below each other; an empty one is left out. The
// label is a key of the output file's "label".
type Field struct {
	Label, Value string
	Values       []string
	Style        term.Style
}

// text is what stands beside the label.
func (f Field) text() string {
	lines := make([]string, len(f.Values))
	for i, v := range f.Values {
		lines[i] = msg.Clean(v)
	}
	return msg.Clean(f.Value) + strings.Join(lines, "\n")
}

// Fields writes labelled values below each other.
func (p *Page) Fields(fields ...Field) {
	width, labels := 0, make([]string, len(fields))
	for i, f := range fields {
		if f.text() != "" {
			labels[i] = p.label(f.Label)
			width = max(width, term.Width(labels[i]))
		}
	}
	for i, f := range fields {
		if f.text() != "" {
			p.labelled(labels[i], f, width)
		}
	}
}

// Gap is the space between a label and its value.
const Gap = 2

// labelled lays a value out beside its label. What has spaces is wrapped; what has
// none (a fingerprint, a path) goes below the label rather than over the edge, for it
// is there to be copied.
func (p *Page) labelled(label string, f Field, width int) {
	column := width + Gap
	text := term.Wrap(f.text(), p.Env.IO.Columns-column)
	before := term.Pad(label, column)
	if !strings.Contains(text, "\n") && term.Width(text) > p.Env.IO.Columns-column {
		before = label + "\n" + strings.Repeat(" ", Gap)
	}
	for line := range strings.SplitSeq(text, "\n") {
		p.B.WriteString(before + p.Env.IO.Paint(f.Style, line) + "\n")
		before = strings.Repeat(" ", column)
	}
}

func (p *Page) label(key string) string { return p.Env.T("output.label."+key, nil) }

// Findings writes what the checks saw, gravest words in colour, each with its next step.
func (p *Page) Findings(findings []problem.Finding) {
	for _, f := range findings {
		if f.Code == problem.Simulated {
			p.Rehearsal = true
			continue
		}
		word := p.Env.T("output.severity."+f.Severity.String(), nil)
		p.B.WriteString(p.Env.IO.Paint(SeverityStyle(f.Severity), word) + ": " + string(f.Code) + "\n")
		p.Indented(p.Env.Sentence(f.Key(), f.Params))
		if hint := p.Env.Hint(f.Key(), f.Params); hint != "" && !p.Env.Global.Quiet {
			p.Indented(p.Env.T("output.next", nil) + hint)
		}
	}
}

// Indented writes wrapped text two columns in.
func (p *Page) Indented(s string) {
	wrapped := term.Wrap(term.Clean(s), p.Env.IO.Columns-2)
	p.B.WriteString("  " + strings.ReplaceAll(wrapped, "\n", "\n  ") + "\n")
}

// Numbered writes one step of a list.
func (p *Page) Numbered(n int, s string) {
	wrapped := term.Wrap(term.Clean(s), p.Env.IO.Columns-5)
	p.B.WriteString(fmt.Sprintf("%3d. ", n) + strings.ReplaceAll(wrapped, "\n", "\n     ") + "\n")
}

// SeverityStyle is the colour of a severity.
func SeverityStyle(s problem.Severity) term.Style {
	return [...]term.Style{problem.OK: term.Green, problem.Info: term.Plain, problem.Warning: term.Yellow, problem.Critical: term.Red}[s]
}

// Stamp shows a time to a person: UTC, and what their clock shows.
func (e *Env) Stamp(t time.Time) string {
	utc, local := t.UTC().Format(clockForm)+" UTC", e.local(t)
	if utc == local {
		return utc
	}
	return utc + " (" + local + ")"
}

// local is a time as the person's clock shows it.
func (e *Env) local(t time.Time) string {
	there := t.In(e.Now().Location())
	if _, offset := there.Zone(); offset == 0 {
		return there.Format(clockForm) + " UTC"
	}
	return there.Format(clockForm + " -07:00")
}

const clockForm = "2006-01-02 15:04:05"

// Days says how many whole days are left.
func (e *Env) Days(n int) string {
	params := problem.Params{"days": strconv.Itoa(n)}
	switch {
	case n < 0:
		return e.T("output.days.expired", params)
	case n == 0:
		return e.T("output.days.today", params)
	}
	return e.T("output.days.left", params)
}

// Role names a role for a person, with the contract's word beside it.
func (p *Page) Role(r pushcert.Role) string {
	return p.Env.T("output.named-role", problem.Params{"role": string(r), "name": p.Env.T("output.role."+string(r)+".name", nil)})
}

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
		var line strings.Builder
		for i, cell := range row[:len(row)-1] {
			if widths[i] > 0 {
				line.WriteString(term.Pad(cell, widths[i]+Gap))
			}
		}
		line.WriteString(msg.Clean(row[len(row)-1]))
		p.B.WriteString(strings.TrimRight(line.String(), " ") + "\n")
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
