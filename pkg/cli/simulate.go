package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

type simulateOptions struct {
	*Env
	portal, apns, dir, readyFile string
	acceptAnyToken               bool
}

// simulateView is what the ready file holds too.
type simulateView struct {
	Portal     string `json:"portal"`
	APNs       string `json:"apns"`
	RootFile   string `json:"root_file"`
	APNsCAFile string `json:"apns_ca_file"`
}

func newSimulate(env *Env, run runner[simulateOptions]) *cobra.Command {
	o := &simulateOptions{Env: env}
	c := command("simulate [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runSimulate)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.portal, "portal", "127.0.0.1:0", "HOST:PORT")
	f.StringVar(&o.apns, "apns", "127.0.0.1:0", "HOST:PORT")
	f.StringVar(&o.dir, "dir", "", "DIR")
	f.StringVar(&o.readyFile, "ready-file", "", "FILE")
	f.BoolVar(&o.acceptAnyToken, "accept-any-token", false, "")
	return c
}

// runSimulate serves until it is interrupted, which is its proper end: status 0.
func runSimulate(ctx context.Context, o *simulateOptions) error {
	options := simulator.Options{
		PortalAddr: o.portal, APNsAddr: o.apns, Dir: o.dir, ReadyFile: o.readyFile,
		AcceptAnyToken: o.acceptAnyToken, Now: o.Now,
	}
	if o.global.verbose {
		options.Log = o.IO.Err
	}
	sim, err := simulator.Start(ctx, options)
	if err != nil {
		return problem.New(problem.ListenFailed, problem.Params{"detail": err.Error()}).Because(err)
	}
	v := simulateView{sim.PortalURL(), sim.APNsURL(), sim.RootFile(), sim.APNsCAFile()}
	err = o.result(v, func(p *page) {
		p.say("simulate.running", nil)
		p.fields(
			field{label: "portal", value: v.Portal},
			field{label: "apns", value: v.APNs},
			field{label: "root-file", value: v.RootFile},
			field{label: "apns-ca-file", value: v.APNsCAFile},
		)
		p.say("simulate.stop", nil)
	})
	if err != nil {
		return err
	}
	return sim.Wait()
}
