package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli"
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
func short(e *cli.Env, c *cobra.Command) string { return e.T(helpKey(c)+".short", nil) }

// flagText says what a flag does: in a command's own words, else in everybody's.
func flagText(e *cli.Env, c *cobra.Command, f *pflag.Flag) string {
	if text, ok := e.Msg.Lookup(helpKey(c) + ".flag." + f.Name); ok {
		return text
	}
	return e.T("help.flag."+f.Name, nil)
}

// newHelp is "help [command]", and the topic exit-codes.
func newHelp(env *cli.Env) *cobra.Command {
	c := cli.Command("help [command]", cli.ArgCount{Least: 0, Most: -1}, nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 1 && args[0] == "exit-codes" {
			return showExitCodes(env)
		}
		found, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return cli.UnknownCommand(found, rest[0])
		}
		return showHelp(env, found)
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
	File      string `json:"file"` // "read" or "written" where the value is a file's name
}

func showHelp(e *cli.Env, c *cobra.Command) error {
	if err := e.Begin(c); err != nil {
		return err
	}
	return e.Result(newHelpView(e.English(), c), func(p *cli.Page) { writeHelp(p, c, newHelpView(e, c)) })
}

func newHelpView(e *cli.Env, c *cobra.Command) helpView {
	v := helpView{Command: c.CommandPath(), Summary: short(e, c), Usage: c.UseLine(), Commands: []commandView{}, Flags: []flagView{}}
	for _, sub := range c.Commands() {
		if sub.Name() != "help" || !c.HasParent() {
			v.Commands = append(v.Commands, commandView{sub.Name(), short(e, sub)})
		}
	}
	add := func(f *pflag.Flag, global bool) {
		if f.Name != "help" {
			v.Flags = append(v.Flags, flagView{f.Name, f.Shorthand, f.Usage, flagText(e, c, f), global, cli.FileUse(f)})
		}
	}
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { add(f, false) })
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { add(f, true) })
	return v
}

// writeHelp writes the page that --help shows.
func writeHelp(p *cli.Page, c *cobra.Command, v helpView) {
	long := v.Summary
	if text, ok := p.Env.Msg.Lookup(helpKey(c) + ".long"); ok {
		long = text
	}
	p.Text(long)
	writeHeading(p, "usage")
	p.B.WriteString("  " + v.Usage + "\n")
	if len(v.Commands) > 0 {
		writeHeading(p, "commands")
		rows := make([][2]string, 0, len(v.Commands))
		for _, sub := range v.Commands {
			rows = append(rows, [2]string{sub.Name, sub.Summary})
		}
		writeDefinitions(p, rows)
	}
	if text, ok := p.Env.Msg.Lookup(helpKey(c) + ".example"); ok {
		writeHeading(p, "examples")
		p.B.WriteString("  " + strings.ReplaceAll(text, "\n", "\n  ") + "\n")
	}
	for _, global := range []bool{false, true} {
		if rows := flagRows(v.Flags, global); len(rows) > 0 {
			writeHeading(p, map[bool]string{false: "flags", true: "global-flags"}[global])
			writeDefinitions(p, rows)
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

func writeHeading(p *cli.Page, key string) {
	p.Blank()
	p.B.WriteString(p.Env.IO.Paint(term.Bold, p.Env.T("help.heading."+key, nil)) + "\n")
}

// writeDefinitions writes terms with their wrapped explanations beside them.
func writeDefinitions(p *cli.Page, rows [][2]string) {
	width := 0
	for _, r := range rows {
		width = max(width, term.Width(r[0]))
	}
	indent := cli.Gap + width + cli.Gap
	for _, r := range rows {
		text := term.Wrap(r[1], p.Env.IO.Columns-indent)
		text = strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent))
		p.B.WriteString(strings.TrimRight("  "+term.Pad(r[0], width)+"  "+text, " ") + "\n")
	}
}

type exitCodeView struct {
	Code    int    `json:"code"`
	Meaning string `json:"meaning"`
	Hint    string `json:"hint"`
}

func showExitCodes(e *cli.Env) error {
	views := func(e *cli.Env) []exitCodeView {
		var rows []exitCodeView
		for _, x := range problem.Exits() {
			key := fmt.Sprintf("help.exit.%d", x)
			rows = append(rows, exitCodeView{int(x), e.T(key+".meaning", nil), e.T(key+".hint", nil)})
		}
		return rows
	}
	return e.Result(map[string]any{"exit_codes": views(e.English())}, func(p *cli.Page) {
		p.Text(e.T("help.exit.about", nil))
		p.Blank()
		var rows [][2]string
		for _, v := range views(e) {
			rows = append(rows, [2]string{fmt.Sprintf("%3d", v.Code), v.Meaning + e.T("help.exit.arrow", nil) + v.Hint})
		}
		writeDefinitions(p, rows)
		p.Blank()
		p.Text(e.T("help.exit.crash", nil))
	})
}
