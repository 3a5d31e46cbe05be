package server

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/server"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

type addOptions struct {
	*cli.Env
	name, kind, url, caFile string
	credentials             []string
}

// AddView is the result of server add in JSON.
type AddView struct {
	View

	// Missing are the credentials without which it cannot be opened yet.
	Missing []string `json:"missing"`
}

func newAdd(env *cli.Env, run cli.Runner[addOptions]) *cobra.Command {
	o := &addOptions{Env: env}
	c := cli.Command("add NAME [flags]", cli.ArgCount{Least: 1, Most: 1}, func(ctx context.Context, args []string) error {
		o.name = args[0]
		return run.Or(runAdd)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.kind, "kind", "", "KIND")
	cli.Choices(f, "kind", server.KindNames()...)
	f.StringVar(&o.url, "url", "", "URL")
	f.StringVar(&o.caFile, "ca-file", "", "FILE")
	f.StringArrayVar(&o.credentials, "credential", nil, "[NAME=]REF")
	return c
}

func runAdd(ctx context.Context, o *addOptions) error {
	added, err := o.server()
	if err != nil {
		return err
	}
	profile := o.Global.Profile
	err = o.Update(ctx, func(s *lifecycle.State) error {
		if err := s.AddServer(o.name, added); err != nil || profile == "" {
			return err
		}
		return s.LinkServer(o.name, profile)
	})
	if err != nil {
		return err
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	v := AddView{newView(s, o.name), missing(server.Kind(o.kind).Offers(), added.Credentials)}
	return o.Result(v, func(p *cli.Page) { o.write(p, v) })
}

// server is what the flags say, checked as far as that is possible without a call.
func (o *addOptions) server() (lifecycle.Server, error) {
	added := lifecycle.Server{Kind: o.kind, URL: o.url, Credentials: map[string]string{}}
	offers := server.Kind(o.kind).Offers()
	params := problem.Params{"server": o.name, "kind": o.kind, "kinds": strings.Join(server.KindNames(), ", "), "credentials": strings.Join(offers.Credentials, ", "), "command": o.again()}
	switch {
	case o.kind == "":
		return added, problem.Say(problem.Usage, "server-kind-missing", params)
	case !slices.Contains(server.KindNames(), o.kind):
		return added, problem.Say(problem.Usage, "server-kind", params)
	case o.url == "" && offers.URL == "", o.url != "" && !setting.IsURL(o.url):
		return added, problem.Say(problem.Usage, "server-url", params)
	}
	for _, given := range o.credentials {
		name, reference := credential(given, offers.Credentials)
		params["credential"] = name
		switch {
		case !setting.IsReference(reference): // what stands before its = may be of a secret, too
			params["credential"] = offers.Credentials[0]
			return added, problem.Say(problem.Usage, "server-credential-plain", params)
		case !slices.Contains(offers.Credentials, name):
			return added, problem.Say(problem.Usage, "server-credential.unknown", params)
		case added.Credentials[name] != "":
			return added, problem.Say(problem.Usage, "server-credential-twice", params)
		}
		if err := o.GuardReference("--credential", reference); err != nil {
			return added, err
		}
		added.Credentials[name] = reference
	}
	err := o.trust(&added, offers, params)
	return added, err
}

// trust notes the authorities of a server's own. A hosted service has a certificate that everybody
// trusts; another one for it would come from whoever sits in between.
func (o *addOptions) trust(added *lifecycle.Server, offers server.Offers, params problem.Params) error {
	switch {
	case o.caFile == "":
		return nil
	case offers.URL != "":
		return problem.Say(problem.Usage, "server-ca-file", params)
	case o.caFile == disk.Stdio: // its path is kept, and read each time
		return problem.Say(problem.Usage, "server-ca-stdin", params)
	}
	if _, err := o.ServerRoots(o.caFile); err != nil {
		return err
	}
	path, err := filepath.Abs(o.caFile)
	added.CAFile = path
	return err
}

// again is the command without credentials.
func (o *addOptions) again() string {
	words := []string{o.name, "--kind", o.kind}
	if o.url != "" {
		words = append(words, "--url", o.url)
	}
	if o.caFile != "" {
		words = append(words, "--ca-file", o.caFile)
	}
	if o.Global.Profile != "" {
		words = append(words, "-p", o.Global.Profile)
	}
	return "apnsctl server add " + strings.Join(cli.Quoted(words), " ")
}

// credential takes NAME=REF apart. Without a name the first of those that the kind knows is meant.
func credential(given string, known []string) (name, reference string) {
	if setting.IsReference(given) {
		return known[0], given
	}
	name, reference, found := strings.Cut(given, "=")
	if !found {
		return known[0], given
	}
	return name, reference
}

// missing are the credentials without which a server cannot be opened: those of the way that was
// begun, else of the first.
func missing(offers server.Offers, given map[string]string) []string {
	best := []string(nil)
	for i, way := range offers.Ways {
		lacks := slices.DeleteFunc(slices.Clone(way), func(name string) bool { return given[name] != "" })
		if i == 0 || len(lacks) == 0 || len(lacks) < len(way) && len(best) > 0 {
			best = lacks
		}
	}
	return append([]string{}, best...)
}

// adviseMissing says how the credentials that a server lacks are set, and tells whether any is lacking.
func adviseMissing(p *cli.Page, name string, credentials []string) bool {
	for _, credential := range credentials {
		advise(p, "credential", problem.Params{"setting": setting.CredentialKey(name, credential)})
	}
	return len(credentials) > 0
}

func (o *addOptions) write(p *cli.Page, v AddView) {
	params := problem.Params{"server": v.Name, "kind": v.Kind, "profile": o.Global.Profile}
	say(p, "added", params)
	writeServer(p, v.View)
	switch {
	case adviseMissing(p, v.Name, v.Missing):
	case len(v.Profiles) == 0 && server.Kind(v.Kind).Offers().NeedsTopic:
		advise(p, "next.link-topic", params)
	case len(v.Profiles) == 0:
		advise(p, "next.link", params)
	default:
		advise(p, "next.test", params)
	}
}
