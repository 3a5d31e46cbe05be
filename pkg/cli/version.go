package cli

import (
	"cmp"
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

type versionView struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Date     string `json:"date"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(env *Env) *cobra.Command {
	return command("version", argCount{0, 0}, func(context.Context, []string) error {
		v := env.Build.view()
		return env.result(v, func(p *page) {
			p.b.WriteString("apnsctl " + v.Version + "\n")
			if env.global.verbose {
				p.b.WriteString("commit " + v.Commit + "\ndate " + v.Date + "\n" + v.Go + " " + v.Platform + "\n")
			}
		})
	})
}

// view fills what a plain build does not know from what the Go tool recorded.
func (b Build) view() versionView {
	v := versionView{b.Version, b.Commit, b.Date, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
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
