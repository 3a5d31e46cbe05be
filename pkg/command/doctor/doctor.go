package doctor

import (
	"context"
	"crypto/x509"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

type doctorOptions struct {
	*cli.Env
	cli.UnlockOptions
	route   cli.RouteOptions
	offline bool // look at this machine only
	ask     bool // ask for the passphrase
	strict  bool
}

// New makes the command.
func New(env *cli.Env, run cli.Runner[doctorOptions]) *cobra.Command {
	o := &doctorOptions{Env: env}
	c := env.ProfileCommand("doctor [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runDoctor)(ctx, o)
	})
	f := c.Flags()
	f.BoolVar(&o.offline, "offline", false, "")
	f.BoolVar(&o.ask, "unlock", false, "")
	f.BoolVar(&o.strict, "strict", false, "")
	o.route.Flags(f)
	o.UnlockOptions.Flags(f)
	return c
}

// View is the result of an examination.
type View struct {
	ExitCode problem.Exit `json:"exit_code"`
	Verdict  checkStatus  `json:"verdict"`
	Checks   []CheckView  `json:"checks"`
}

// runDoctor looks from the inside out: the file, the machine, the way, the other end.
// What a later check finds is often the consequence of an earlier one.
func runDoctor(ctx context.Context, o *doctorOptions) error {
	x := &examination{doctorOptions: o}
	if err := x.prepare(); err != nil {
		return err
	}
	checks, err := x.examineFile(ctx)
	if err != nil {
		return err
	}
	if !o.offline {
		checks = append(checks, x.examineNetwork(ctx)...)
	}
	if ctx.Err() != nil {
		return problem.New(problem.Interrupted, nil).Because(ctx.Err())
	}
	worst, exit := gravest(checks, o.strict)
	v := View{ExitCode: exit, Verdict: worst, Checks: []CheckView{}}
	for _, c := range checks {
		v.Checks = append(v.Checks, checkView(o.English(), c))
	}
	return o.Verdict(v, exit, func(p *cli.Page) { writeDoctor(p, checks, worst) })
}

// examination is one run of the doctor, with what the checks have in common.
type examination struct {
	*doctorOptions
	endpoint *url.URL
	roots    *x509.CertPool                   // nil is the system's
	proxyOf  func(*url.URL) (*url.URL, error) // the proxy for an address
	state    *lifecycle.State                 // nil without a readable config file
	opener   *state.Opener                    // nil while the keys stay sealed
	profile  chosenProfile                    // the one to connect as
}

// chosenProfile is empty if it cannot be told which one is meant, or there is none.
type chosenProfile struct {
	name string
	*lifecycle.Profile
}

// prepare refuses flags that make no sense before anything is looked at.
func (x *examination) prepare() error {
	var err error
	if x.endpoint, err = x.route.URL(); err != nil {
		return err
	}
	if x.roots, err = x.Env.Roots(x.route.CaFile); err != nil {
		return err
	}
	if x.proxyOf, err = x.ProxyFor(x.route.Proxy); err != nil {
		return err
	}
	_, err = x.client(x.endpoint, nil)
	return err
}

// choose settles which profile's certificate to connect with: the one named, else the
// only one. Which of several was meant is no question that an examination has to ask.
func (x *examination) choose() error {
	if x.ProfileName() == "" && len(x.state.Profiles) != 1 {
		return nil
	}
	var err error
	x.profile.name, x.profile.Profile, err = x.Env.Profile(x.state)
	return err
}
