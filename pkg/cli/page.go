package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// page is the text of a result: sentences, aligned fields and findings within
// [p.env.IO.Columns].
type page struct {
	env *Env
	b   strings.Builder
}

// say writes a sentence of the catalogue's output file.
func (p *page) say(key string, params problem.Params) {
	p.text(p.env.T("output."+key, params))
}

// advise writes a paragraph that is not the result itself, unless --quiet.
func (p *page) advise(key string, params problem.Params) {
	if !p.env.global.quiet {
		p.blank()
		p.say(key, params)
	}
}

// text writes wrapped text as it is.
func (p *page) text(s string) {
	p.b.WriteString(term.Wrap(term.Clean(s), p.env.IO.Columns) + "\n")
}

// blank writes an empty line, unless the page starts with it.
func (p *page) blank() {
	if p.b.Len() > 0 {
		p.b.WriteString("\n")
	}
}

// field is one labelled value; an empty value is left out. The label is a key of the
// output file's "label".
type field struct {
	label, value string
	style        term.Style
}

// fields writes labelled values below each other.
func (p *page) fields(fields ...field) {
	width, labels := 0, make([]string, len(fields))
	for i, f := range fields {
		if f.value != "" {
			labels[i] = p.label(f.label)
			width = max(width, term.Width(labels[i]))
		}
	}
	for i, f := range fields {
		if f.value != "" {
			p.labelled(labels[i], f, width)
		}
	}
}

// gap is the space between a label and its value.
const gap = 2

// labelled lays a value out beside its label. What has spaces is wrapped; what has
// none (a fingerprint, a path) goes below the label rather than over the edge, for it
// is there to be copied.
func (p *page) labelled(label string, f field, width int) {
	column := width + gap
	text := term.Wrap(term.Clean(f.value), p.env.IO.Columns-column)
	before := term.Pad(label, column)
	if !strings.Contains(text, "\n") && term.Width(text) > p.env.IO.Columns-column {
		before = label + "\n" + strings.Repeat(" ", gap)
	}
	for line := range strings.SplitSeq(text, "\n") {
		p.b.WriteString(before + p.env.IO.Paint(f.style, line) + "\n")
		before = strings.Repeat(" ", column)
	}
}

func (p *page) label(key string) string { return p.env.T("output.label."+key, nil) }

// findings writes what the checks saw, gravest words in colour, each with its next step.
func (p *page) findings(findings []problem.Finding) {
	for _, f := range findings {
		word := p.env.T("output.severity."+f.Severity.String(), nil)
		p.b.WriteString(p.env.IO.Paint(severityStyle(f.Severity), word) + ": " + string(f.Code) + "\n")
		p.indented(p.env.sentence(f.Key(), f.Params))
		if hint := p.env.hint(f.Key(), f.Params); hint != "" && !p.env.global.quiet {
			p.indented(p.env.T("output.next", nil) + hint)
		}
	}
}

func (p *page) indented(s string) {
	wrapped := term.Wrap(term.Clean(s), p.env.IO.Columns-2)
	p.b.WriteString("  " + strings.ReplaceAll(wrapped, "\n", "\n  ") + "\n")
}

// numbered writes one step of a list.
func (p *page) numbered(n int, s string) {
	wrapped := term.Wrap(term.Clean(s), p.env.IO.Columns-5)
	p.b.WriteString(fmt.Sprintf("%3d. ", n) + strings.ReplaceAll(wrapped, "\n", "\n     ") + "\n")
}

func severityStyle(s problem.Severity) term.Style {
	return [...]term.Style{problem.OK: term.Green, problem.Info: term.Plain, problem.Warning: term.Yellow, problem.Critical: term.Red}[s]
}

// stamp shows a time to a person: UTC, and what their clock shows.
func (e *Env) stamp(t time.Time) string {
	const form = "2006-01-02 15:04:05"
	utc := t.UTC().Format(form) + " UTC"
	local := t.In(e.Now().Location())
	if _, offset := local.Zone(); offset == 0 {
		return utc
	}
	return utc + " (" + local.Format(form+" -07:00") + ")"
}

// days says how many whole days are left.
func (e *Env) days(n int) string {
	params := problem.Params{"days": strconv.Itoa(n)}
	switch {
	case n < 0:
		return e.T("output.days.expired", params)
	case n == 0:
		return e.T("output.days.today", params)
	}
	return e.T("output.days.left", params)
}
