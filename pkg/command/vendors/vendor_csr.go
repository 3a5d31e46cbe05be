package vendors

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type vendorCSROptions struct {
	*cli.Env
	out                          string
	force, newKey                bool
	organization, email, country string
	typed                        *cobra.Command
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
		env.Retyped = o.kept
		return run.Or(runVendorCSR)(ctx, o)
	})
	f := c.Flags()
	cli.OutputVar(f, &o.out, "out", "VendorCertificate.csr", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.newKey, "new-key", false, "")
	f.StringVar(&o.organization, "organization", "", "NAME")
	f.StringVar(&o.email, "email", "", "ADDRESS")
	f.StringVar(&o.country, "country", "", "CC")
	o.typed = c
	return c
}

// kept is the same command of a hint with the flags of this one.
func (o *vendorCSROptions) kept(line string) string {
	if !strings.HasPrefix(line, "apnsctl vendor csr") || strings.Contains(line, " --config ") { // another file
		return line
	}
	if !o.force {
		line = cli.Aside(line, o.out)
	}
	return typed.With(line, o.typed)
}

func runVendorCSR(ctx context.Context, o *vendorCSROptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	said := pushcert.Subject{CommonName: o.organization, Country: o.country, Email: o.email}
	if err := said.Check(); err != nil { // a hint of any other fault would say it again
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
	o.newKey = false // from now on the new one is repeated
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
