package rehearse

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/simulator/server"
)

type simulateOptions struct {
	*cli.Env
	portal, apns, dir, readyFile string
	server                       string
	acceptAnyToken               bool
	command                      *cobra.Command
}

// SimulateView is what the ready file holds too.
type SimulateView struct {
	Portal     string `json:"portal"`
	APNs       string `json:"apns"`
	RootFile   string `json:"root_file"`
	APNsCAFile string `json:"apns_ca_file"`
	// Server is the stand-in for an MDM server, with --server.
	Server *ServerView `json:"server,omitempty"`
	// Commands add that stand-in to a config file of its own, and ask it.
	Commands []string `json:"commands,omitempty"`
}

// NewSimulate makes the command simulate.
func NewSimulate(env *cli.Env, run cli.Runner[simulateOptions]) *cobra.Command {
	o := &simulateOptions{Env: env}
	c := cli.Command("simulate [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runSimulate)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.portal, "portal", "127.0.0.1:0", "HOST:PORT")
	f.StringVar(&o.apns, "apns", "127.0.0.1:0", "HOST:PORT")
	cli.OutputVar(f, &o.dir, "dir", "", "DIR")
	cli.OutputVar(f, &o.readyFile, "ready-file", "", "FILE")
	f.BoolVar(&o.acceptAnyToken, "accept-any-token", false, "")
	f.StringVar(&o.server, "server", "", "KIND")
	cli.Choices(f, "server", server.Kinds()...)
	o.command = c
	return c
}

// tokens names the words for which pushes are taken.
func (o *simulateOptions) tokens() string {
	if o.acceptAnyToken {
		return "simulate.tokens-any"
	}
	return "simulate.tokens-registered"
}

// runSimulate serves until it is interrupted, which is its proper end: status 0.
func runSimulate(ctx context.Context, o *simulateOptions) (err error) {
	if err := o.checkPlaces(); err != nil {
		return err
	}
	mdm, err := o.startServer(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mdm.end()) }()
	options := simulator.Options{
		PortalAddr: o.portal, APNsAddr: o.apns, Dir: o.dir, ReadyFile: o.readyFile,
		AcceptAnyToken: o.acceptAnyToken, OwnRevocations: true, Now: o.Now, NewKey: o.NewKey,
	}
	if o.Global.Verbose {
		options.Log = o.IO.Err
	}
	sim, err := simulator.Start(ctx, options)
	if err != nil {
		return o.notStarted(err)
	}
	mdm.begin(sim)
	v := SimulateView{Portal: sim.PortalURL(), APNs: sim.APNsURL(), RootFile: sim.RootFile(), APNsCAFile: sim.APNsCAFile()}
	if mdm != nil {
		v.Server, v.Commands = &mdm.view, mdm.commands(v.RootFile)
	}
	err = o.Result(v, func(p *cli.Page) {
		p.Say("simulate.running", nil)
		p.Fields(
			page.Field{Label: "portal", Value: v.Portal},
			page.Field{Label: "apns", Value: v.APNs},
			page.Field{Label: "root-file", Value: v.RootFile},
			page.Field{Label: "apns-ca-file", Value: v.APNsCAFile},
		)
		p.Fields(mdm.fields()...)
		mdm.advise(p, v.Commands)
		p.Say(o.tokens(), problem.Params{"portal": v.Portal})
		p.Say("simulate.use", problem.Params{"portal": v.Portal})
		p.Say("simulate.stop", nil)
	})
	if err != nil {
		return err
	}
	return sim.Wait()
}
