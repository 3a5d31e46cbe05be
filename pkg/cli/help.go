package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// helpKey is where the catalogue keeps a command's texts: its path without the
// program's name, "vendor.csr"; the root is "root".
func helpKey(c *cobra.Command) string {
	_, path, _ := strings.Cut(c.CommandPath(), " ")
	if path == "" {
		path = "root"
	}
	return "help.command." + strings.ReplaceAll(path, " ", ".")
}

// short is a command's one line.
func (e *Env) short(c *cobra.Command) string { return e.T(helpKey(c)+".short", nil) }

// flagText says what a flag does: in a command's own words, else in everybody's.
func (e *Env) flagText(c *cobra.Command, f *pflag.Flag) string {
	if text, ok := e.msg.Lookup(helpKey(c) + ".flag." + f.Name); ok {
		return text
	}
	return e.T("help.flag."+f.Name, nil)
}

// newHelp is "help [command]", and the topic exit-codes.
func newHelp(env *Env) *cobra.Command {
	c := command("help [command]", argCount{0, -1}, nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 1 && args[0] == "exit-codes" {
			return env.showExitCodes()
		}
		found, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return unknownCommand(found, rest[0])
		}
		return env.showHelp(found)
	}
	return c
}

// helpView is a command's help as JSON.
type helpView struct {
	Command  string        `json:"command"`
	Summary  string        `json:"summary"`
	Usage    string        `json:"usage"`
	Commands []commandView `json:"commands"`
	Flags    []flagView    `json:"flags"`
}

type commandView struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
}

type flagView struct {
	Name      string `json:"name"`
	Shorthand string `json:"shorthand"`
	Value     string `json:"value"`
	Text      string `json:"text"`
	Global    bool   `json:"global"`
}

func (e *Env) showHelp(c *cobra.Command) error {
	if err := e.begin(c); err != nil {
		return err
	}
	return e.result(e.english().helpView(c), func(p *page) { p.help(c, e.helpView(c)) })
}

func (e *Env) helpView(c *cobra.Command) helpView {
	v := helpView{Command: c.CommandPath(), Summary: e.short(c), Usage: c.UseLine(), Commands: []commandView{}, Flags: []flagView{}}
	for _, sub := range c.Commands() {
		if sub.Name() != "help" || !c.HasParent() {
			v.Commands = append(v.Commands, commandView{sub.Name(), e.short(sub)})
		}
	}
	add := func(f *pflag.Flag, global bool) {
		if f.Name != "help" {
			v.Flags = append(v.Flags, flagView{f.Name, f.Shorthand, f.Usage, e.flagText(c, f), global})
		}
	}
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { add(f, false) })
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { add(f, true) })
	return v
}

// help writes the page that --help shows.
func (p *page) help(c *cobra.Command, v helpView) {
	long := v.Summary
	if text, ok := p.env.msg.Lookup(helpKey(c) + ".long"); ok {
		long = text
	}
	p.text(long)
	p.heading("usage")
	p.b.WriteString("  " + v.Usage + "\n")
	if len(v.Commands) > 0 {
		p.heading("commands")
		rows := make([][2]string, 0, len(v.Commands))
		for _, sub := range v.Commands {
			rows = append(rows, [2]string{sub.Name, sub.Summary})
		}
		p.definitions(rows)
	}
	if text, ok := p.env.msg.Lookup(helpKey(c) + ".example"); ok {
		p.heading("examples")
		p.b.WriteString("  " + strings.ReplaceAll(text, "\n", "\n  ") + "\n")
	}
	for _, global := range []bool{false, true} {
		if rows := flagRows(v.Flags, global); len(rows) > 0 {
			p.heading(map[bool]string{false: "flags", true: "global-flags"}[global])
			p.definitions(rows)
		}
	}
}

func flagRows(flags []flagView, global bool) [][2]string {
	var rows [][2]string
	for _, f := range flags {
		if f.Global != global {
			continue
		}
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		rows = append(rows, [2]string{strings.TrimRight(name+" "+f.Value, " "), f.Text})
	}
	return rows
}

func (p *page) heading(key string) {
	p.blank()
	p.b.WriteString(p.env.IO.Paint(term.Bold, p.env.T("help.heading."+key, nil)) + "\n")
}

// definitions writes terms with their wrapped explanations beside them.
func (p *page) definitions(rows [][2]string) {
	width := 0
	for _, r := range rows {
		width = max(width, term.Width(r[0]))
	}
	indent := gap + width + gap
	for _, r := range rows {
		text := term.Wrap(r[1], p.env.IO.Columns-indent)
		text = strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent))
		p.b.WriteString(strings.TrimRight("  "+term.Pad(r[0], width)+"  "+text, " ") + "\n")
	}
}

type exitCodeView struct {
	Code    int    `json:"code"`
	Meaning string `json:"meaning"`
	Next    string `json:"next"`
}

func (e *Env) showExitCodes() error {
	views := func(e *Env) []exitCodeView {
		var rows []exitCodeView
		for _, x := range problem.Exits() {
			key := fmt.Sprintf("help.exit.%d", x)
			rows = append(rows, exitCodeView{int(x), e.T(key+".meaning", nil), e.T(key+".next", nil)})
		}
		return rows
	}
	return e.result(map[string]any{"exit_codes": views(e.english())}, func(p *page) {
		p.text(e.T("help.exit.about", nil))
		p.blank()
		var rows [][2]string
		for _, v := range views(e) {
			rows = append(rows, [2]string{fmt.Sprintf("%3d", v.Code), v.Meaning + e.T("help.exit.arrow", nil) + v.Next})
		}
		p.definitions(rows)
	})
}
