package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type vendorSignOptions struct {
	*Env
	unlockOptions
	csr, out, chain string
	force           bool
}

type vendorSignView struct {
	CSR          string        `json:"csr"`
	Path         string        `json:"path"`
	Subject      string        `json:"subject"`
	Vendor       string        `json:"vendor"`
	VendorSerial string        `json:"vendor_serial"`
	Findings     []findingView `json:"findings"`
}

func newVendorSign(env *Env, run runner[vendorSignOptions]) *cobra.Command {
	o := &vendorSignOptions{Env: env}
	c := command("sign CSR [flags]", argCount{1, 1}, func(ctx context.Context, args []string) error {
		o.csr = args[0]
		return run.or(runVendorSign)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.out, "out", "", "FILE")
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	o.unlockOptions.flags(f)
	return c
}

func runVendorSign(ctx context.Context, o *vendorSignOptions) error {
	s, err := o.state(ctx)
	if err != nil {
		return err
	}
	j, err := o.judge(ctx, s, trustOptions{chain: o.chain}, "", "")
	if err != nil {
		return err
	}
	csr, err := o.customerCSR()
	if err != nil {
		return err
	}
	signer, err := o.vendorSigner(ctx, s, j, o.unlockOptions)
	if err != nil {
		return err
	}
	data, findings, err := signer.sign(string(csr.PEM()), j)
	if err != nil {
		return err
	}
	findings = append(csr.Check(), findings...)
	out := output{path: o.path(), force: o.force}
	if err := o.write(out, data); err != nil || out.path == stdio {
		return err
	}
	v := vendorSignView{CSR: o.csr, Subject: csr.Subject(), Vendor: signer.certificate.Organization(), VendorSerial: signer.certificate.SerialHex()}
	v.Findings = o.findingViews(findings)
	if v.Path, err = filepath.Abs(out.path); err != nil {
		return err
	}
	return o.result(v, func(p *page) {
		p.say("vendor.sign.done", nil)
		p.fields(
			field{label: "file", value: v.Path}, field{label: "subject", value: v.Subject},
			field{label: "vendor", value: v.Vendor}, field{label: "vendor-serial", value: v.VendorSerial},
		)
		p.findings(findings)
		p.advise("vendor.sign.next", nil)
	})
}

// customerCSR reads somebody else's CSR and refuses what the portal would refuse. A
// key beside it is refused too: a vendor must never see it.
func (o *vendorSignOptions) customerCSR() (*pushcert.CSR, error) {
	file, err := o.readFile(o.csr, "")
	if err != nil {
		return nil, err
	}
	params := problem.Params{"file": named(o.csr), "role": string(file.Role)}
	switch {
	case file.Role != pushcert.RoleCSR || file.CSR == nil:
		return nil, problem.Say(problem.WrongRole, "not-csr", params)
	case len(file.Keys) > 0:
		return nil, problem.Say(problem.WrongRole, "csr-with-key", params)
	}
	if f, bad := problem.Worst(file.CSR.Check()); bad && f.Severity == problem.Critical {
		return nil, f.Err()
	}
	return file.CSR, nil
}

func (o *vendorSignOptions) path() string {
	switch {
	case o.out != "":
		return o.out
	case o.csr == stdio:
		return "PushCertificateRequest.plist"
	}
	name := strings.TrimPrefix(filepath.Base(o.csr), "PushCertificate-") // of csr --unsigned
	return "PushCertificateRequest-" + strings.TrimSuffix(name, filepath.Ext(name)) + ".plist"
}
