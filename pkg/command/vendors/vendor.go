package vendors

import (
	"context"
	"crypto"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// New groups the vendor's side: its own identity, and signing for others.
func New(env *cli.Env) *cobra.Command {
	return cli.Group("vendor COMMAND", newVendorCSR(env, nil), newVendorImport(env, nil), newVendorShow(env, nil), newVendorSign(env, nil))
}

type vendorCSROptions struct {
	*cli.Env
	out                          string
	force, newKey                bool
	organization, email, country string
}

// VendorCSRView is the result of vendor csr in JSON.
type VendorCSRView struct {
	Path    string `json:"path"`
	Reused  bool   `json:"reused"`
	Subject string `json:"subject"`
}

func newVendorCSR(env *cli.Env, run cli.Runner[vendorCSROptions]) *cobra.Command {
	o := &vendorCSROptions{Env: env}
	c := cli.Command("csr [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runVendorCSR)(ctx, o)
	})
	f := c.Flags()
	cli.OutputVar(f, &o.out, "out", "VendorCertificate.csr", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.newKey, "new-key", false, "")
	f.StringVar(&o.organization, "organization", "", "NAME")
	f.StringVar(&o.email, "email", "", "ADDRESS")
	f.StringVar(&o.country, "country", "", "CC")
	return c
}

func runVendorCSR(ctx context.Context, o *vendorCSROptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	set, err := o.Settings(ctx, map[string]string{setting.Organization: o.organization, setting.Email: o.email, setting.Country: o.country})
	if err != nil {
		return err
	}
	if set.Text(setting.Organization) == "" {
		return problem.Say(problem.Usage, "missing-flag", problem.Params{"flag": "--organization"})
	}
	if err := o.checkIgnored(s); err != nil {
		return err
	}
	out := disk.Output{Path: o.out, Force: o.force}
	var v VendorCSRView
	var text []byte
	err = o.Update(ctx, func(s *lifecycle.State) error {
		seal, err := signing.To(s.Sealing, o.Now())
		if err != nil {
			return err
		}
		pending, reused, err := s.Vendor.Request(o.newKey, o.Now(), func() (lifecycle.Key, *pushcert.CSR, error) {
			return seal.NewKey(o.GenerateKey, pushcert.Subject{
				CommonName: set.Text(setting.Organization), Email: set.Text(setting.Email), Country: set.Text(setting.Country),
			})
		})
		if err != nil {
			return err
		}
		v.Reused, text = reused, []byte(pending.CSR)
		v.Subject = csrSubject(pending.CSR)
		out.Force = replaceable(out, s.Vendor)
		return out.Check(text)
	})
	if err != nil {
		return err
	}
	o.keep()
	if err := o.Write(out, text); err != nil || o.out == disk.Stdio {
		return err
	}
	o.KeepFile(out.Path)
	if v.Path, err = filepath.Abs(out.Path); err != nil {
		return err
	}
	return o.made(v, out.Path, set.Text(setting.PortalURL), s.TrustRoot != "")
}

// made shows a CSR that was written to a file, and where it is uploaded: at Apple's page, or a rehearsal's.
func (o *vendorCSROptions) made(v VendorCSRView, file, portal string, rehearsal bool) error {
	return o.Result(v, func(p *cli.Page) {
		p.Say("vendor.csr.done", nil)
		p.Fields(page.Field{Label: "file", Value: v.Path}, page.Field{Label: "subject", Value: v.Subject})
		if v.Reused {
			p.Say("vendor.csr.reused", nil)
		}
		switch {
		case !rehearsal:
			p.Advise("vendor.csr.next", nil)
			return
		case portal == cli.DefaultPortalURL: // nobody said where the simulator is
			p.Advise("vendor.csr.next-rehearsal-where", nil)
			return
		}
		p.Advise("vendor.csr.next-rehearsal", problem.Params{"file": msg.Quote(msg.Clean(file)), "portal": msg.Quote(msg.Clean(strings.TrimRight(portal, "/")))})
	})
}

// keep tells where the key is of a CSR that may get lost.
func (o *vendorCSROptions) keep() {
	if store, err := o.Open(); err == nil { // it was written to, so there is one
		o.Keep(problem.Say(problem.ResultLost, "made.vendor", problem.Params{"path": store.Path(), "detail": "", "command": "apnsctl vendor csr"}))
	}
}

// checkIgnored refuses what a CSR that is made already could not say.
func (o *vendorCSROptions) checkIgnored(s *lifecycle.State) error {
	ignored, err := s.Vendor.Ignored(o.newKey, map[string]string{"--organization": o.organization, "--email": o.email, "--country": o.country})
	if err == nil && len(ignored) > 0 {
		err = problem.Say(problem.Usage, "vendor-request-open", problem.Params{"flag": strings.Join(ignored, ", ")})
	}
	return err
}

// replaceable tells that an output may go over what is there: the CSR of a certificate that
// is imported is of no use any more.
func replaceable(out disk.Output, v lifecycle.Vendor) bool {
	file := cli.RequestIn(out.Path)
	return out.Force || file != nil && v.Holds(file.RequestedKey())
}

// csrSubject is the subject of a CSR of our own; empty if its text was damaged.
func csrSubject(text string) string {
	if file, err := pushcert.Read("", []byte(text), nil); err == nil && file.CSR != nil {
		return file.CSR.Subject()
	}
	return ""
}

type vendorImportOptions struct {
	*cli.Env
	file, chain, passwordFile string
}

// VendorView is a vendor certificate.
type VendorView struct {
	Added        bool   `json:"added"`
	Organization string `json:"organization"`
	Subject      string `json:"subject"`
	report.Serials
	NotBefore *string `json:"not_before"`
	report.Ends
	SHA256   string         `json:"sha256"`
	Findings []problem.View `json:"findings"`
}

func newVendorImport(env *cli.Env, run cli.Runner[vendorImportOptions]) *cobra.Command {
	o := &vendorImportOptions{Env: env}
	c := cli.Command("import FILE [flags]", cli.ArgCount{Least: 1, Most: 1}, func(ctx context.Context, args []string) error {
		o.file = args[0]
		return run.Or(runVendorImport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	return c
}

func runVendorImport(ctx context.Context, o *vendorImportOptions) error {
	_, terms, err := o.StateAndTerms(ctx, cli.TrustOptions{Chain: o.chain})
	if err != nil {
		return err
	}
	file, err := o.ReadFile(o.file, o.passwordFile)
	if err != nil {
		return err
	}
	if file.Leaf() == nil {
		return disk.AboutErr(o.file, problem.Say(problem.WrongRole, "vendor", problem.Params{"role": string(file.Role), "expected_role": string(pushcert.RoleMDMVendor)}))
	}
	in := lifecycle.VendorImport{Certificate: file.Leaf(), Actor: o.Actor(), Chain: intermediates(file.Certificates[1:])}
	key, err := fileKey(file)
	if err != nil {
		return err
	}
	added, found := false, []problem.Finding(nil)
	err = o.Update(ctx, func(s *lifecycle.State) error {
		if key != nil {
			if in.Key, err = sealed(s, key, o.Now()); err != nil {
				return err
			}
		}
		if added, found, err = s.Vendor.Import(in, terms); err == nil {
			s.KeepIssuers(in.Certificate, terms.Trust)
		}
		return err
	})
	if err != nil {
		return err
	}
	found = append(found, problem.Only(file.Findings, problem.SeveralCertificates)...)
	v := vendorView(o.Env, file.Leaf(), found)
	v.Added = added
	said := "vendor.import.unchanged"
	if added {
		said = "vendor.import.done"
	}
	return o.Result(v, func(p *cli.Page) {
		p.Say(said, problem.Params{"vendor": v.Organization})
		p.Fields(p.Env.CertificateFields(file.Leaf())...)
		p.Findings(found)
		p.Advise("vendor.import.next", nil)
	})
}

// fileKey is the key that came in a file, if one did.
func fileKey(file *pushcert.File) (crypto.Signer, error) {
	switch key := file.GivenKey(); {
	case key == nil:
		return nil, nil
	case key.Signer == nil:
		return nil, problem.New(problem.KeyEncrypted, nil)
	default:
		return key.Signer, nil
	}
}

// sealed is a key as it lies in the config file.
func sealed(s *lifecycle.State, key crypto.Signer, now time.Time) (*lifecycle.Key, error) {
	seal, err := signing.To(s.Sealing, now)
	if err != nil {
		return nil, err
	}
	k, err := seal(key)
	return &k, err
}

// intermediates are the issuers that stood beside a certificate; anchors are known
// without them, and none is ever taken from a file.
func intermediates(all []*pushcert.Certificate) string {
	var text strings.Builder
	for _, c := range all {
		if c.X509.IsCA && c.Subject() != c.Issuer() {
			text.Write(c.PEM())
		}
	}
	return text.String()
}

func vendorView(e *cli.Env, c *pushcert.Certificate, found []problem.Finding) VendorView {
	v := report.NewCertificate(c, e.Now())
	return VendorView{
		Organization: c.Organization(), Subject: c.Subject(), Serials: v.Serials, NotBefore: v.NotBefore, Ends: v.Ends,
		SHA256: v.SHA256, Findings: e.FindingViews(found),
	}
}
