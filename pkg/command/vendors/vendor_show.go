package vendors

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type vendorShowOptions struct {
	*cli.Env
	cli.ThresholdOptions
}

// VendorShowView is the result of vendor show in JSON.
type VendorShowView struct {
	Identities []VendorView `json:"identities"`
	Pending    int          `json:"pending"`
}

func newVendorShow(env *cli.Env, run cli.Runner[vendorShowOptions]) *cobra.Command {
	o := &vendorShowOptions{Env: env}
	c := cli.Command("show [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runVendorShow)(ctx, o)
	})
	f := c.Flags()
	o.ThresholdOptions.Flags(f)
	return c
}

// runVendorShow shows every identity. The exit status is that of the one which lasts
// longest: an older one that has run out harms nobody.
func runVendorShow(ctx context.Context, o *vendorShowOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	terms, g, err := o.Graded(s, cli.TrustOptions{}, o.ThresholdOptions)
	if err != nil {
		return err
	}
	held, err := s.Vendor.Certificates()
	if err != nil {
		return err
	}
	if len(held) == 0 {
		return problem.New(problem.VendorMissing, nil)
	}
	var best *pushcert.Certificate
	findings := map[*pushcert.Certificate][]problem.Finding{}
	v := VendorShowView{Identities: []VendorView{}, Pending: len(s.Vendor.Pending)}
	for _, c := range held {
		found := pushcert.CheckVendor(c, terms.Now, terms.Policy, terms.Trust)
		if findings[c], err = s.Vendor.Alarms(c, found); err != nil {
			return err
		}
		v.Identities = append(v.Identities, vendorView(o.Env, c, findings[c]))
		if best == nil || c.X509.NotAfter.After(best.X509.NotAfter) {
			best = c
		}
	}
	_, exit := problem.Verdict(findings[best], g)
	return o.Verdict(v, exit, func(p *cli.Page) {
		for i, c := range held {
			if i > 0 {
				p.Blank()
			}
			p.Fields(p.Env.CertificateFields(c)...)
			p.Findings(findings[c])
		}
		if v.Pending > 0 {
			p.Say("vendor.show.pending", problem.Params{"count": strconv.Itoa(v.Pending)})
		}
	})
}
