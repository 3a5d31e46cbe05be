package page

import (
	"fmt"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Words has the sentences of a page, in one language.
type Words interface {
	problem.Words
	// T is a text of the catalogue.
	T(key string, params problem.Params) string
	// Message is what an error says, and about which file.
	Message(p *problem.Error) string
}

// Page is the text of a result: sentences, aligned fields and findings within the columns of its
// stream.
type Page struct {
	Words Words
	IO    *term.Streams
	B     strings.Builder
	// Quiet leaves out what is not the result itself, Verbose nothing for want of room.
	Quiet, Verbose bool
	// Led tells that another command says that this is a rehearsal, and what comes next.
	Led bool
	// Rehearsal tells that the page is about something of the simulator's.
	Rehearsal bool
	// Strict tells that it counts as a warning, and so is told as any other.
	Strict bool
	// Dense leaves empty lines out.
	Dense bool
}

// Done is the whole page. That it is a rehearsal is said once, before all else.
func (p *Page) Done() string {
	if !p.Rehearsal || p.Led {
		return p.B.String()
	}
	first := &Page{Words: p.Words, IO: p.IO, Quiet: p.Quiet, Verbose: p.Verbose, Led: p.Led}
	first.Say("rehearsal", nil)
	if !p.Dense {
		first.Blank()
	}
	return first.B.String() + p.B.String()
}

// Say writes a sentence of the catalogue's output file.
func (p *Page) Say(key string, params problem.Params) {
	p.Text(p.Words.T("output."+key, params))
}

// Advise writes a paragraph that is not the result itself, unless --quiet or another command leads on.
func (p *Page) Advise(key string, params problem.Params) {
	if !p.Quiet && !p.Led {
		p.Blank()
		p.Say(key, params)
	}
}

// Text writes wrapped text as it is.
func (p *Page) Text(s string) {
	p.B.WriteString(p.IO.Wrap(term.Clean(s), p.IO.Columns) + "\n")
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
	text := p.IO.Wrap(f.text(), p.IO.Columns-column)
	before := term.Pad(label, column)
	if !strings.Contains(text, "\n") && term.Width(text) > p.IO.Columns-column {
		before = label + "\n" + strings.Repeat(" ", Gap)
	}
	for line := range strings.SplitSeq(text, "\n") {
		p.B.WriteString(before + p.IO.Paint(f.Style, line) + "\n")
		before = strings.Repeat(" ", column)
	}
}

func (p *Page) label(key string) string { return p.Words.T("output.label."+key, nil) }

// Findings writes what the checks saw, gravest words in colour, each with its next step.
func (p *Page) Findings(findings []problem.Finding) {
	for _, f := range findings {
		if f.Code == problem.Simulated {
			p.Rehearsal = true
			if !p.Strict {
				continue
			}
		}
		word := p.Words.T("output.severity."+f.Severity.String(), nil)
		p.B.WriteString(p.IO.Paint(SeverityStyle(f.Severity), word) + ": " + string(f.Code) + "\n")
		p.Indented(p.Words.Sentence(f.Key(), f.Params))
		if hint := p.Words.Hint(f.Key(), f.Params); hint != "" && !p.Quiet {
			p.Indented(p.Words.T("output.next", nil) + hint)
		}
	}
}

// Indented writes wrapped text two columns in.
func (p *Page) Indented(s string) {
	wrapped := p.IO.Wrap(term.Clean(s), p.IO.Columns-2)
	p.B.WriteString("  " + strings.ReplaceAll(wrapped, "\n", "\n  ") + "\n")
}

// Numbered writes one step of a list.
func (p *Page) Numbered(n int, s string) {
	wrapped := p.IO.Wrap(term.Clean(s), p.IO.Columns-5)
	p.B.WriteString(fmt.Sprintf("%3d. ", n) + strings.ReplaceAll(wrapped, "\n", "\n     ") + "\n")
}

// SeverityStyle is the colour of a severity.
func SeverityStyle(s problem.Severity) term.Style {
	return [...]term.Style{problem.OK: term.Green, problem.Info: term.Plain, problem.Warning: term.Yellow, problem.Critical: term.Red}[s]
}

// Portal names where a request is uploaded: at Apple's page, or in a rehearsal at the simulator's, wherever
// that is if the address is still Apple's.
func (p *Page) Portal(rehearsal bool, apple, address string) string {
	switch {
	case !rehearsal:
		return p.Words.T("output.place.apple", problem.Params{"url": address})
	case address == apple:
		return p.Words.T("output.place.simulator", nil)
	}
	return p.Words.T("output.place.simulator-at", problem.Params{"url": address})
}

// Role names a role for a person, with the contract's word beside it.
func (p *Page) Role(r pushcert.Role) string {
	return p.Words.T("output.named-role", problem.Params{"role": string(r), "name": p.Words.T("output.role."+string(r)+".name", nil)})
}

// VerdictLine writes the verdict of a check, by the last step of its key, which stands above its details.
func (p *Page) VerdictLine(worst problem.Severity, key string) {
	p.B.WriteString(p.IO.Paint(SeverityStyle(worst), p.Words.T("output.verdict."+key, nil)) + "\n")
}
