package server

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type listOptions struct{ *cli.Env }

// ListView is the result of server list in JSON.
type ListView struct {
	Servers []View `json:"servers"`
}

func newList(env *cli.Env, run cli.Runner[listOptions]) *cobra.Command {
	o := &listOptions{Env: env}
	return cli.Command("list [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runList)(ctx, o)
	})
}

func runList(ctx context.Context, o *listOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	v := ListView{[]View{}}
	for _, name := range slices.Sorted(maps.Keys(s.Servers)) {
		v.Servers = append(v.Servers, newView(s, name))
	}
	return o.Result(v, func(p *cli.Page) {
		if len(v.Servers) == 0 {
			say(p, "none", nil)
			advise(p, "next.add", nil)
		}
		var rows [][]string
		for _, one := range v.Servers {
			linked := p.Env.T("server.unused", nil)
			if len(one.Profiles) > 0 {
				linked = strings.Join(one.Profiles, ", ")
			}
			rows = append(rows, []string{one.Name, one.Kind, linked, one.URL})
		}
		p.Table(rows...)
	})
}

// writeServer writes the facts of a server.
func writeServer(p *cli.Page, v View) {
	p.Fields(
		page.Field{Label: "server", Value: v.Name},
		page.Field{Label: "kind", Value: v.Kind},
		page.Field{Label: "address", Value: v.URL},
		page.Field{Label: "credentials", Value: strings.Join(v.Credentials, ", ")},
		page.Field{Label: "linked-with", Value: strings.Join(v.Profiles, ", ")},
		page.Field{Label: "can", Value: able(p, v.Can)},
	)
}

// able says what a server can do.
func able(p *cli.Page, can []string) string {
	var words []string
	for _, word := range can {
		words = append(words, p.Env.T("server.can."+word, nil))
	}
	return cmp.Or(strings.Join(words, p.Env.T("server.and", problem.Params{})), "-")
}
