package command

import (
	"cmp"
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
)

// versionView is the result of version in JSON.
type versionView struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Date     string `json:"date"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(env *cli.Env) *cobra.Command {
	return cli.Command("version", cli.ArgCount{}, func(context.Context, []string) error { return showVersion(env) })
}

// showVersion is the command version, and --version of every command.
func showVersion(e *cli.Env) error {
	v := newVersionView(e.Build)
	return e.Result(v, func(p *cli.Page) {
		p.B.WriteString("apnsctl " + v.Version + "\n")
		if e.Global.Verbose {
			p.B.WriteString("commit " + v.Commit + "\ndate " + v.Date + "\n" + v.Go + " " + v.Platform + "\n")
		}
	})
}

// newVersionView fills what a plain build does not know from what the Go tool recorded.
func newVersionView(b cli.Build) versionView {
	v := versionView{b.Version, b.Commit, b.Date, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	if v.Version != "" && v.Commit != "" && v.Date != "" {
		return v // as every release has them: what the tool recorded takes a while to read
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Version = cmp.Or(v.Version, info.Main.Version)
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Commit = cmp.Or(v.Commit, s.Value)
			case "vcs.time":
				v.Date = cmp.Or(v.Date, s.Value)
			}
		}
	}
	return v
}
