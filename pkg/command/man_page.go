package command

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// manPage is the page of a command for man(1): what its help says, in the macros of man(7).
func manPage(e *cli.Env, c *cobra.Command) string {
	v, build := newHelpView(e, c), newVersionView(e.Build)
	p := &roff{env: e}
	day, _, _ := strings.Cut(build.Date, "T")
	p.macro("TH", strings.ToUpper(manName(c)), "1", day, "apnsctl "+cmp.Or(build.Version, "(devel)"), p.word("manual"))
	p.line(".nh")   // no word is broken: a variable or a file name would be another
	p.line(".ad l") // and no blanks are put between them
	p.section("name")
	p.line(escapeRoff(manName(c)) + ` \- ` + escapeRoff(v.Summary))
	p.section("synopsis")
	p.line(`\fB` + escapeRoff(v.Command) + `\fR` + escapeRoff(strings.TrimPrefix(v.Usage, v.Command)))
	p.section("description")
	p.prose(v.Description, columnsOfText)
	if len(v.Commands) > 0 {
		p.section("commands")
		for _, sub := range v.Commands {
			p.term(`\fB`+escapeRoff(v.Command+" "+sub.Name)+`\fR`, sub.Summary)
		}
	}
	p.flags("options", v.Flags, false)
	p.flags("global-options", v.Flags, true)
	p.section("exit-status")
	for _, x := range exitCodes(e) {
		p.term(strconv.Itoa(x.Code), x.Meaning+e.T("help.exit.arrow", nil)+x.Hint)
	}
	if !c.HasParent() {
		for _, topic := range topics(e) {
			p.macro("SH", strings.ToUpper(topic.Summary))
			p.prose(topic.Text, columnsOfText)
		}
	}
	if v.Examples != "" {
		p.section("examples")
		p.literal(v.Examples)
	}
	p.seeAlso(c)
	return p.text.String()
}

// Columns of pre-set Japanese text: man(1) shows 80, and indents it by 7 and definitions by 14.
const (
	columnsOfText        = 70
	columnsOfDefinitions = 62
)

// roff writes the macros of man(7), so that groff and mandoc show the same.
type roff struct {
	env  *cli.Env
	text strings.Builder
}

// word is a heading in the page's language.
func (r *roff) word(key string) string { return r.env.T("help.man."+key, nil) }

func (r *roff) line(text string) { r.text.WriteString(text + "\n") }

func (r *roff) macro(name string, arguments ...string) {
	r.text.WriteString("." + name)
	for _, a := range arguments {
		r.text.WriteString(` "` + strings.NewReplacer(`\`, `\e`, `"`, `\(dq`).Replace(a) + `"`)
	}
	r.text.WriteString("\n")
}

func (r *roff) section(key string) { r.macro("SH", r.word(key)) }

// prose writes paragraphs. What is indented in them is a command.
func (r *roff) prose(text string, columns int) {
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			r.line(".PP")
		}
		if command, ok := strings.CutPrefix(paragraph, "  "); ok {
			r.literal(strings.ReplaceAll(command, "\n  ", "\n"))
			continue
		}
		for i, line := range strings.Split(paragraph, "\n") {
			if i > 0 {
				r.line(".br")
			}
			r.paragraph(line, columns)
		}
	}
}

// paragraph writes text that man(1) breaks into lines. Japanese it breaks nowhere, or puts a
// blank where the source has a new line, so that this is done here.
func (r *roff) paragraph(text string, columns int) {
	preset := r.env.Msg.Lang == msg.Japanese
	if preset {
		r.line(".nf")
	}
	for line := range strings.SplitSeq(term.Wrap(text, columns), "\n") {
		r.line(escapeRoff(line))
	}
	if preset {
		r.line(".fi")
	}
}

// term writes what is explained, marked up already, and the explanation.
func (r *roff) term(marked, text string) {
	r.line(".TP")
	r.line(marked)
	r.paragraph(text, columnsOfDefinitions)
}

// literal writes lines as they are typed.
func (r *roff) literal(text string) {
	r.line(".RS 2")
	r.line(".nf")
	for line := range strings.SplitSeq(text, "\n") {
		r.line(escapeRoff(line))
	}
	r.line(".fi")
	r.line(".RE")
}

// flags writes the flags that only this command takes, or those that all take.
func (r *roff) flags(heading string, flags []flagView, global bool) {
	begun := false
	for _, f := range flags {
		if f.Global != global {
			continue
		}
		if !begun {
			r.section(heading)
			begun = true
		}
		marked := `\fB` + escapeRoff("--"+f.Name) + `\fR`
		if f.Shorthand != "" {
			marked = `\fB` + escapeRoff("-"+f.Shorthand) + `\fR, ` + marked
		}
		if f.Value != "" {
			marked += ` \fI` + escapeRoff(f.Value) + `\fR`
		}
		r.term(marked, f.Text)
	}
}

// seeAlso names the pages above, below and beside.
func (r *roff) seeAlso(c *cobra.Command) {
	related := c.Commands()
	if c.HasParent() {
		related = append([]*cobra.Command{c.Parent()}, related...)
	}
	if c.HasParent() && c.Parent().HasParent() {
		related = append(related, c.Parent().Commands()...)
	}
	r.section("see-also")
	for i, other := range related {
		if other == c {
			continue
		}
		end := ","
		if i == len(related)-1 || i == len(related)-2 && related[i+1] == c {
			end = ""
		}
		r.line(".BR " + escapeRoff(manName(other)) + " (1)" + end)
	}
}

// escapeRoff writes text so that neither groff nor mandoc takes a character of it for an order.
// A hyphen is written as the one that can be copied to a shell.
func escapeRoff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}
