package vendors

import (
	"context"
	"maps"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type vendorSignOptions struct {
	*cli.Env
	cli.UnlockOptions
	csrs       []string
	out, chain string
	force      bool
}

// VendorSignView is the result of vendor sign in JSON.
type VendorSignView struct {
	CSR          string         `json:"csr"`
	Path         string         `json:"path"`
	Subject      string         `json:"subject"`
	Vendor       string         `json:"vendor"`
	VendorSerial string         `json:"vendor_serial"`
	Findings     []problem.View `json:"findings"`
}

// VendorSignedView is the result of signing several.
type VendorSignedView struct {
	Signed []VendorSignView `json:"signed"`
}

func newVendorSign(env *cli.Env, run cli.Runner[vendorSignOptions]) *cobra.Command {
	o := &vendorSignOptions{Env: env}
	c := cli.Command("sign CSR... [flags]", cli.ArgCount{Least: 1, Most: -1}, func(ctx context.Context, args []string) error {
		o.csrs = args
		return run.Or(runVendorSign)(ctx, o)
	})
	f := c.Flags()
	cli.OutputVar(f, &o.out, "out", "", "FILE")
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	o.UnlockOptions.Flags(f)
	return c
}

// customer is somebody else's CSR on its way to a request.
type customer struct {
	name     string // of the CSR's file
	out      disk.Output
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
	s, terms, err := o.StateAndTerms(ctx, cli.TrustOptions{Chain: o.chain})
	if err != nil {
		return err
	}
	for _, c := range customers {
		if err := o.readCSR(c, s.Vendor); err != nil {
			o.Global.Config = "" // what is advised is for the customer, who has another one
			return err
		}
	}
	signer, err := o.Signer(ctx, s, terms, o.UnlockOptions)
	if err != nil {
		return err
	}
	for _, c := range customers {
		if err := c.sign(signer); err != nil {
			return err
		}
	}
	for _, c := range customers {
		if err := o.Write(c.out, c.request); err != nil {
			return err
		}
	}
	if o.out == disk.Stdio {
		o.Warn(customers[0].findings...)
		return nil
	}
	set, err := o.SettingsOf(s, nil)
	if err != nil {
		return err
	}
	where := func(p *cli.Page) problem.Params {
		return problem.Params{"place": p.Portal(s.TrustRoot != "", cli.DefaultPortalURL, set.Text(setting.PortalURL))}
	}
	return o.report(customers, signer.Certificate, where)
}

// customers names each CSR's request, no two alike.
func (o *vendorSignOptions) customers() ([]*customer, error) {
	names := disk.Globbed(o.csrs)
	if o.out != "" && len(names) > 1 {
		return nil, problem.Say(problem.Usage, "sign-out", problem.Params{"count": strconv.Itoa(len(names))})
	}
	all, taken := []*customer{}, map[string]string{}
	for _, name := range names {
		path := o.path(name)
		if err := o.Guard("--out", path); err != nil {
			return nil, err
		}
		same := strings.ToLower(path) // as macOS and Windows see it
		if first, found := taken[same]; found {
			params := problem.Params{"first": disk.Named(first), "second": disk.Named(name), "file": path}
			return nil, problem.Say(problem.Usage, "sign-same-file", params)
		}
		taken[same] = name
		all = append(all, &customer{name: name, out: disk.Output{Path: path, Force: o.force}})
	}
	return all, nil
}

func (o *vendorSignOptions) path(csr string) string {
	switch {
	case o.out != "":
		return o.out
	case csr == disk.Stdio:
		return "PushCertificateRequest.plist"
	}
	name := strings.TrimPrefix(filepath.Base(csr), "PushCertificate-") // of csr --unsigned
	return "PushCertificateRequest-" + strings.TrimSuffix(name, filepath.Ext(name)) + ".plist"
}

// readCSR reads somebody else's CSR and refuses what the portal would refuse. A key
// beside it is refused too: a vendor must never see it.
func (o *vendorSignOptions) readCSR(c *customer, vendor lifecycle.Vendor) error {
	file, err := o.Recognise(c.name, nil) // nobody is asked for a customer's password
	if err != nil {
		if p := problem.Of(err); p.Code == problem.PasswordMissing {
			err = problem.Say(problem.PasswordMissing, "csr", p.Params)
		}
		return err
	}
	params := problem.Params{"file": disk.Named(c.name), "role": string(file.Role)}
	switch {
	case len(file.Keys) > 0:
		return problem.Say(problem.WrongRole, "csr-with-key", params)
	case file.Role != pushcert.RoleCSR || file.CSR == nil:
		return problem.Say(problem.WrongRole, "not-csr", params)
	case problem.Has(file.Findings, problem.SeveralCertificates):
		return problem.Say(problem.SeveralCertificates, "csr", params)
	}
	c.csr = file.CSR
	if vendor.HasKey(c.csr.PublicKey()) {
		return problem.Say(problem.RequestSignature, "customer.own-key", params)
	}
	if f, bad := problem.Worst(c.csr.Check()); bad && f.Severity == problem.Critical {
		return c.about(f).Err()
	}
	return nil
}

// about says what was found in a vendor's words: which of the files it is about, and what to ask of the customer.
func (c *customer) about(f problem.Finding) problem.Finding {
	algorithm, bits := c.csr.Strength()
	params := problem.Params{"file": disk.Named(c.name), "algorithm": algorithm, "bits": strconv.Itoa(bits)}
	maps.Copy(params, f.Params)
	switch f.Key() {
	case "key-weak":
		return problem.FoundAs(problem.KeyWeak, "customer", f.Severity, params)
	case "key-weak.algorithm":
		return problem.FoundAs(problem.KeyWeak, "customer.algorithm", f.Severity, params)
	case "key-weak.large":
		return problem.FoundAs(problem.KeyWeak, "customer.large", f.Severity, params)
	case "request-sha1.csr":
		return problem.FoundAs(problem.RequestSHA1, "customer", f.Severity, params)
	case "request-signature.csr":
		return problem.FoundAs(problem.RequestSignature, "customer", f.Severity, params)
	case "request-signature.csr-algorithm":
		return problem.FoundAs(problem.RequestSignature, "customer.algorithm", f.Severity, params)
	}
	return f // about who signs
}

func (c *customer) sign(signer *signing.Signer) error {
	request, findings, err := signer.Sign(string(c.csr.PEM()))
	if err != nil {
		return err
	}
	c.request = request
	for _, f := range findings {
		c.findings = append(c.findings, c.about(f))
	}
	return c.out.Check(request)
}

// report is one result for one CSR, as ever, and a list for several.
func (o *vendorSignOptions) report(customers []*customer, vendor *pushcert.Certificate, where func(*cli.Page) problem.Params) error {
	views := []VendorSignView{}
	for _, c := range customers {
		path, err := filepath.Abs(c.out.Path)
		if err != nil {
			return err
		}
		views = append(views, VendorSignView{
			CSR: c.name, Path: path, Subject: c.csr.Subject(), Vendor: vendor.Organization(), VendorSerial: vendor.SerialHex(),
			Findings: o.FindingViews(append(c.findings, o.Remarks...)),
		})
	}
	if len(views) == 1 {
		return o.Result(views[0], func(p *cli.Page) {
			p.Say("vendor.sign.done", nil)
			writeSigned(p, views[0])
			p.Findings(customers[0].findings)
			p.Advise("vendor.sign.next", where(p))
		})
	}
	return o.Result(VendorSignedView{views}, func(p *cli.Page) {
		p.Say("vendor.sign.done-several", problem.Params{"count": strconv.Itoa(len(views))})
		for i, v := range views {
			p.Blank()
			writeSigned(p, v)
			p.Findings(customers[i].findings)
		}
		p.Advise("vendor.sign.next-several", where(p))
	})
}

func writeSigned(p *cli.Page, v VendorSignView) {
	p.Fields(
		page.Field{Label: "file", Value: v.Path}, page.Field{Label: "subject", Value: v.Subject},
		page.Field{Label: "vendor", Value: v.Vendor}, page.Field{Label: "vendor-serial", Value: v.VendorSerial},
	)
}
