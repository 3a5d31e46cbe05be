package server

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/server"
)

// New groups what is done with MDM servers.
func New(env *cli.Env) *cobra.Command {
	return cli.Group(
		"server COMMAND",
		newAdd(env, nil), newLink(env, nil), newList(env, nil), newShow(env, nil), newTest(env, nil), newRemove(env, nil),
	)
}

// View is one server of the config file in JSON.
type View struct {
	Name        string   `json:"name"`
	Kind        string   `json:"kind"`
	URL         string   `json:"url"`
	CAFile      string   `json:"ca_file"`     // empty for the system's authorities alone
	Credentials []string `json:"credentials"` // their names
	Profiles    []string `json:"profiles"`    // that are linked with it
	Can         []string `json:"can"`
}

func newView(s *lifecycle.State, name string) View {
	at, v := s.Servers[name], View{Name: name, Credentials: []string{}, Profiles: append([]string{}, s.LinkedWith(name)...)}
	v.Kind, v.URL, v.CAFile = at.Kind, at.URL, at.CAFile
	offers := server.Kind(at.Kind).Offers()
	if v.URL == "" {
		v.URL = offers.URL
	}
	for _, credential := range offers.Credentials {
		if at.Credentials[credential] != "" {
			v.Credentials = append(v.Credentials, credential)
		}
	}
	v.Can = abilities(offers)
	return v
}

// abilities are what a kind can do, in the contract's words.
func abilities(o server.Offers) []string {
	can := []string{}
	for _, a := range []struct {
		does bool
		word string
	}{{o.Read, "read"}, {o.Request, "request"}, {o.Upload, "upload"}} {
		if a.does {
			can = append(can, a.word)
		}
	}
	return can
}

// opener opens the servers of a state.
func opener(e *cli.Env, s *lifecycle.State, unlock cli.UnlockOptions) linked.Opener {
	return linked.Opener{State: s, Secrets: e.References(s, unlock), Machine: e}
}

// completeServers offers the servers of the config file to a shell.
func completeServers(e *cli.Env) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		s, err := e.State(c.Context())
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		for name := range s.Servers {
			names = append(names, name)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// named makes a command whose one argument is a server's name.
func named(e *cli.Env, use string, run func(context.Context, string) error) *cobra.Command {
	c := cli.Command(use, cli.ArgCount{Least: 1, Most: 1}, func(ctx context.Context, args []string) error { return run(ctx, args[0]) })
	c.ValidArgsFunction = completeServers(e)
	return c
}

// say writes a sentence of the catalogue's file of servers.
func say(p *cli.Page, key string, params problem.Params) { p.Text(p.Env.T("server."+key, params)) }

// advise writes one that is not the result itself, unless --quiet.
func advise(p *cli.Page, key string, params problem.Params) {
	if !p.Env.Global.Quiet {
		p.Blank()
		say(p, key, params)
	}
}
