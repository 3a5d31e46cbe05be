package vendors

import (
	"context"
	"crypto"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// New groups the vendor's side: its own identity, and signing for others.
func New(env *cli.Env) *cobra.Command {
	return cli.Group("vendor COMMAND", newVendorCSR(env, nil), newVendorImport(env, nil), newVendorShow(env, nil), newVendorSign(env, nil))
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
	var kept []string
	err = o.Update(ctx, func(s *lifecycle.State) error {
		if key != nil {
			if in.Key, err = sealed(s, key, o.Now()); err != nil {
				return err
			}
		}
		if added, found, err = s.Vendor.Import(in, terms); err == nil {
			kept = s.KeepIssuers(in.Certificate, terms.Trust)
		}
		return err
	})
	if err != nil {
		return err
	}
	found = append(found, problem.Only(file.Findings, problem.SeveralCertificates)...)
	o.NoteKept(kept)
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
