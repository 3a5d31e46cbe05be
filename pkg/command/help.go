package command

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/page"
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

// newHelp is "help [command]", and the topics: exit-codes and those of the catalogue.
func newHelp(env *cli.Env) *cobra.Command {
	c := cli.Command("help [command]", cli.ArgCount{Least: 0, Most: -1}, nil)
	c.ValidArgsFunction = func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return completeCommands(env, c.Root(), args, topicNames(env)), cobra.ShellCompDirectiveNoFileComp
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 1 && args[0] == exitCodesTopic {
			return showExitCodes(env)
		}
		if len(args) == 1 && isTopic(env, args[0]) {
			return showTopic(env, args[0])
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

	Description string `json:"description"`
	Examples    string `json:"examples"` // a command a line
}

// wholeHelpView is the help of the program itself as JSON: all that there is to know.
type wholeHelpView struct {
	helpView

	Pages     []helpView     `json:"pages"`
	ExitCodes []exitCodeView `json:"exit_codes"`
	Topics    []topicView    `json:"topics"`
	Codes     []codeView     `json:"codes"`
	Schemas   string         `json:"schemas"`
}

type commandView struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
}

type flagView struct {
	Name      string   `json:"name"`
	Shorthand string   `json:"shorthand"`
	Value     string   `json:"value"`
	Text      string   `json:"text"`
	Global    bool     `json:"global"`
	File      string   `json:"file"`    // "read" or "written" where the value is a file's name
	Choices   []string `json:"choices"` // the values that it takes, where these are few
}

func showHelp(e *cli.Env, c *cobra.Command) error {
	if err := e.Begin(c); err != nil {
		return err
	}
	return e.Result(helpDocument(e.English(), c), func(p *cli.Page) { writeHelp(p, newHelpView(e, c)) })
}

// helpDocument is the help of a command in JSON; that of the program holds all the others'.
func helpDocument(e *cli.Env, c *cobra.Command) any {
	if c.HasParent() {
		return newHelpView(e, c)
	}
	v := wholeHelpView{helpView: newHelpView(e, c), Pages: []helpView{}, ExitCodes: exitCodes(e), Topics: topics(e), Codes: codes(e), Schemas: schemasURL}
	walk(c, func(c *cobra.Command) { v.Pages = append(v.Pages, newHelpView(e, c)) })
	return v
}

// walk visits a command and all that a person finds below it.
func walk(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		walk(sub, visit)
	}
}

func newHelpView(e *cli.Env, c *cobra.Command) helpView {
	v := helpView{Command: c.CommandPath(), Summary: short(e, c), Usage: c.UseLine(), Commands: []commandView{}, Flags: []flagView{}}
	v.Description = v.Summary
	if text, ok := e.Msg.Lookup(helpKey(c) + ".long"); ok {
		v.Description = text
	}
	v.Examples, _ = e.Msg.Lookup(helpKey(c) + ".example")
	for _, sub := range c.Commands() {
		if sub.Name() != "help" || !c.HasParent() {
			v.Commands = append(v.Commands, commandView{sub.Name(), short(e, sub)})
		}
	}
	add := func(f *pflag.Flag, global bool) {
		if f.Name != "help" {
			v.Flags = append(v.Flags, flagView{f.Name, f.Shorthand, f.Usage, flagText(e, c, f), global, cli.FileUse(f), choices(c, f)})
		}
	}
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { add(f, false) })
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { add(f, true) })
	return v
}

// writeHelp writes the page that --help shows.
func writeHelp(p *cli.Page, v helpView) {
	p.Text(v.Description)
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
	if v.Examples != "" {
		writeHeading(p, "examples")
		p.B.WriteString("  " + strings.ReplaceAll(v.Examples, "\n", "\n  ") + "\n")
	}
	writeFlags(p, "flags", flagRows(v.Flags, false))
	writeFlags(p, "global-flags", flagRows(v.Flags, true))
}

func writeFlags(p *cli.Page, heading string, rows [][2]string) {
	if len(rows) > 0 {
		writeHeading(p, heading)
		writeDefinitions(p, rows)
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
	indent := page.Gap + width + page.Gap
	for _, r := range rows {
		text := term.Wrap(r[1], p.Env.IO.Columns-indent)
		text = strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", indent))
		p.B.WriteString(strings.TrimRight("  "+term.Pad(r[0], width)+"  "+text, " ") + "\n")
	}
}
