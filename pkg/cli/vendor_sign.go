package cli

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type vendorSignOptions struct {
	*Env
	unlockOptions
	csrs       []string
	out, chain string
	force      bool
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
	c := command("sign CSR... [flags]", argCount{1, -1}, func(ctx context.Context, args []string) error {
		o.csrs = args
		return run.or(runVendorSign)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.out, "out", "", "FILE")
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	o.unlockOptions.flags(f)
	return c
}

// customer is somebody else's CSR on its way to a request.
type customer struct {
	name     string // of the CSR's file
	out      output
	csr      *pushcert.CSR
	request  []byte
	findings []problem.Finding
}

// runVendorSign signs all or nothing: before the first file is written, every CSR was
// found good and every output free.
func runVendorSign(ctx context.Context, o *vendorSignOptions) error {
	customers, err := o.customers()
	if err != nil {
		return err
	}
	s, j, err := o.judged(ctx, trustOptions{chain: o.chain}, thresholdOptions{})
	if err != nil {
		return err
	}
	for _, c := range customers {
		if err := o.readCSR(c); err != nil {
			return err
		}
	}
	signer, err := o.vendorSigner(ctx, s, j, o.unlockOptions)
	if err != nil {
		return err
	}
	for _, c := range customers {
		if err := c.sign(signer, j); err != nil {
			return err
		}
	}
	for _, c := range customers {
		if err := o.write(c.out, c.request); err != nil {
			return err
		}
	}
	if o.out == stdio {
		return nil
	}
	return o.report(customers, signer.certificate)
}

// customers names each CSR's request, no two alike.
func (o *vendorSignOptions) customers() ([]*customer, error) {
	names := globbed(o.csrs)
	if o.out != "" && len(names) > 1 {
		return nil, problem.Say(problem.Usage, "sign-out", problem.Params{"count": strconv.Itoa(len(names))})
	}
	all, taken := []*customer{}, map[string]string{}
	for _, name := range names {
		path := o.path(name)
		same := strings.ToLower(path) // as macOS and Windows see it
		if first, found := taken[same]; found {
			params := problem.Params{"first": named(first), "second": named(name), "file": path}
			return nil, problem.Say(problem.Usage, "sign-same-file", params)
		}
		taken[same] = name
		all = append(all, &customer{name: name, out: output{path: path, force: o.force}})
	}
	return all, nil
}

func (o *vendorSignOptions) path(csr string) string {
	switch {
	case o.out != "":
		return o.out
	case csr == stdio:
		return "PushCertificateRequest.plist"
	}
	name := strings.TrimPrefix(filepath.Base(csr), "PushCertificate-") // of csr --unsigned
	return "PushCertificateRequest-" + strings.TrimSuffix(name, filepath.Ext(name)) + ".plist"
}

// readCSR reads somebody else's CSR and refuses what the portal would refuse. A key
// beside it is refused too: a vendor must never see it.
func (o *vendorSignOptions) readCSR(c *customer) error {
	file, err := o.recognise(c.name, nil) // nobody is asked for a customer's password
	if err != nil {
		return err
	}
	params := problem.Params{"file": named(c.name), "role": string(file.Role)}
	switch {
	case file.Role != pushcert.RoleCSR || file.CSR == nil:
		return problem.Say(problem.WrongRole, "not-csr", params)
	case len(file.Keys) > 0:
		return problem.Say(problem.WrongRole, "csr-with-key", params)
	case problem.Has(file.Findings, problem.SeveralCertificates):
		return problem.Say(problem.SeveralCertificates, "csr", params)
	}
	c.csr = file.CSR
	if f, bad := problem.Worst(c.csr.Check()); bad && f.Severity == problem.Critical {
		return c.refused(f)
	}
	return nil
}

// refused says what is wrong with the CSR in a vendor's words: which of the files, and
// what to ask of the customer.
func (c *customer) refused(f problem.Finding) error {
	algorithm, bits := c.csr.Strength()
	params := problem.Params{"file": named(c.name), "algorithm": algorithm, "bits": strconv.Itoa(bits)}
	switch {
	case f.Code == problem.RequestSignature:
		return problem.Say(problem.RequestSignature, "customer-csr", params)
	case f.Code == problem.KeyWeak && algorithm != "RSA":
		return problem.Say(problem.KeyWeak, "customer-algorithm", params)
	case f.Code == problem.KeyWeak:
		return problem.Say(problem.KeyWeak, "customer-bits", params)
	}
	return f.Err()
}

func (c *customer) sign(signer *vendorSigner, j lifecycle.Judge) error {
	request, findings, err := signer.sign(string(c.csr.PEM()), j)
	if err != nil {
		return err
	}
	c.request, c.findings = request, findings
	return c.out.check(request)
}

// report is one result for one CSR, as ever, and a list for several.
func (o *vendorSignOptions) report(customers []*customer, vendor *pushcert.Certificate) error {
	views := []vendorSignView{}
	for _, c := range customers {
		path, err := filepath.Abs(c.out.path)
		if err != nil {
			return err
		}
		views = append(views, vendorSignView{
			CSR: c.name, Path: path, Subject: c.csr.Subject(), Vendor: vendor.Organization(), VendorSerial: vendor.SerialHex(),
			Findings: o.findingViews(c.findings),
		})
	}
	if len(views) == 1 {
		return o.result(views[0], func(p *page) {
			p.say("vendor.sign.done", nil)
			p.signed(views[0])
			p.findings(customers[0].findings)
			p.advise("vendor.sign.next", nil)
		})
	}
	return o.result(map[string]any{"signed": views}, func(p *page) {
		p.say("vendor.sign.done-several", problem.Params{"count": strconv.Itoa(len(views))})
		for i, v := range views {
			p.blank()
			p.signed(v)
			p.findings(customers[i].findings)
		}
		p.advise("vendor.sign.next-several", nil)
	})
}

func (p *page) signed(v vendorSignView) {
	p.fields(
		field{label: "file", value: v.Path}, field{label: "subject", value: v.Subject},
		field{label: "vendor", value: v.Vendor}, field{label: "vendor-serial", value: v.VendorSerial},
	)
}
