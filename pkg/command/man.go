package command

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// manView is the result of man in JSON: the files that were written, or the page that
// would have been shown.
type manView struct {
	Dir   string   `json:"dir"`
	Files []string `json:"files"`
	Page  string   `json:"page"`
}

// newMan is "man [COMMAND]": the manual pages, for man(1) and for packages.
func newMan(env *cli.Env) *cobra.Command {
	var out string
	var force bool
	c := cli.Command("man [COMMAND]", cli.ArgCount{Least: 0, Most: -1}, nil)
	cli.OutputVar(c.Flags(), &out, "out", "", "DIR")
	c.Flags().BoolVar(&force, "force", false, "")
	c.ValidArgsFunction = func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return completeCommands(env, c.Root(), args, nil), cobra.ShellCompDirectiveNoFileComp
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		found, rest, err := c.Root().Find(args)
		if err != nil || len(rest) > 0 {
			return cli.UnknownCommand(found, rest[0])
		}
		if out == "" || out == disk.Stdio {
			page := manPage(env, found)
			return env.Result(manView{Files: []string{}, Page: page}, func(p *cli.Page) { p.B.WriteString(page) })
		}
		v, err := writeManPages(env, found, disk.Output{Path: out, Force: force})
		if err != nil {
			return err
		}
		return env.Result(v, func(p *cli.Page) {
			p.Say("man.done", problem.Params{"count": strconv.Itoa(len(v.Files)), "dir": v.Dir})
		})
	}
	return c
}

// writeManPages writes the pages of a command and of those below it in every language, or none.
// English ones lie in the folder itself.
func writeManPages(e *cli.Env, c *cobra.Command, out disk.Output) (manView, error) {
	v, pages := manView{Dir: out.Path, Files: []string{}}, map[string][]byte{}
	for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
		speaking, folder := *e, out.Path
		speaking.Msg = msg.Printer{Lang: lang}
		if lang != msg.English {
			folder = filepath.Join(folder, string(lang))
		}
		if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // everybody reads manuals
			return v, disk.Unwritable(folder, err)
		}
		walk(c, func(c *cobra.Command) {
			file := filepath.Join(folder, manName(c)+".1")
			v.Files, pages[file] = append(v.Files, file), []byte(manPage(&speaking, c))
		})
	}
	for _, file := range v.Files {
		if err := (disk.Output{Path: file, Force: out.Force}).Check(pages[file]); err != nil {
			return v, err
		}
	}
	for _, file := range v.Files {
		if err := e.Write(disk.Output{Path: file, Force: out.Force}, pages[file]); err != nil {
			return v, err
		}
		if err := os.Chmod(file, 0o644); err != nil { //nolint:gosec // everybody reads manuals
			return v, disk.Unwritable(file, err)
		}
	}
	return v, nil
}

// manName is the name of a command's page, "apnsctl-vendor-csr".
func manName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }
