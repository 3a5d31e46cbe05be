package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type vendorShowOptions struct {
	*Env
	thresholdOptions
}

type vendorShowView struct {
	Identities []vendorView `json:"identities"`
	Pending    int          `json:"pending"`
}

func newVendorShow(env *Env, run runner[vendorShowOptions]) *cobra.Command {
	o := &vendorShowOptions{Env: env}
	c := command("show [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runVendorShow)(ctx, o)
	})
	f := c.Flags()
	o.thresholdOptions.flags(f)
	return c
}

// runVendorShow shows every identity. The exit status is that of the one which lasts
// longest: an older one that has run out harms nobody.
func runVendorShow(ctx context.Context, o *vendorShowOptions) error {
	s, j, err := o.judged(ctx, trustOptions{}, o.thresholdOptions)
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
	v := vendorShowView{Identities: []vendorView{}, Pending: len(s.Vendor.Pending)}
	for _, c := range held {
		findings[c] = pushcert.CheckVendor(c, j.Now, j.Policy, j.Trust)
		v.Identities = append(v.Identities, o.vendorView(c, findings[c]))
		if best == nil || c.X509.NotAfter.After(best.X509.NotAfter) {
			best = c
		}
	}
	_, exit := problem.Verdict(findings[best], o.strict)
	return o.verdict(v, exit, func(p *page) {
		for i, c := range held {
			if i > 0 {
				p.blank()
			}
			p.fields(p.env.certificateFields(c)...)
			p.findings(findings[c])
		}
		if v.Pending > 0 {
			p.say("vendor.show.pending", problem.Params{"count": strconv.Itoa(v.Pending)})
		}
	})
}
