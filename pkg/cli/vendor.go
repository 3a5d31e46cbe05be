package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// newVendor groups the vendor's side: its own identity, and signing for others.
func newVendor(env *Env) *cobra.Command {
	return group("vendor COMMAND", newVendorCSR(env, nil), newVendorImport(env, nil), newVendorShow(env, nil), newVendorSign(env, nil))
}

type vendorCSROptions struct {
	*Env
	out                          string
	force, newKey                bool
	organization, email, country string
}

type vendorCSRView struct {
	Path    string `json:"path"`
	Reused  bool   `json:"reused"`
	Subject string `json:"subject"`
}

func newVendorCSR(env *Env, run runner[vendorCSROptions]) *cobra.Command {
	o := &vendorCSROptions{Env: env}
	c := command("csr [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runVendorCSR)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.out, "out", "VendorCertificate.csr", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.newKey, "new-key", false, "")
	f.StringVar(&o.organization, "organization", "", "NAME")
	f.StringVar(&o.email, "email", "", "ADDRESS")
	f.StringVar(&o.country, "country", "", "CC")
	return c
}

func runVendorCSR(ctx context.Context, o *vendorCSROptions) error {
	s, err := o.state(ctx)
	if err != nil {
		return err
	}
	set, err := o.settings(ctx, map[string]string{setOrganization: o.organization, setEmail: o.email, setCountry: o.country})
	if err != nil {
		return err
	}
	if set.text(setOrganization) == "" {
		return problem.Say(problem.Usage, "missing-flag", problem.Params{"flag": "--organization"})
	}
	seal, err := o.sealer(s)
	if err != nil {
		return err
	}
	out := output{path: o.out, force: o.force}
	var v vendorCSRView
	var text []byte
	err = o.update(ctx, func(s *lifecycle.State) error {
		pending, reused, err := s.Vendor.Request(o.newKey, o.Now(), func() (lifecycle.Key, *pushcert.CSR, error) {
			return o.newRequest(seal, pushcert.Subject{
				CommonName: set.text(setOrganization), Email: set.text(setEmail), Country: set.text(setCountry),
			})
		})
		if err != nil {
			return err
		}
		v.Reused, text = reused, []byte(pending.CSR)
		v.Subject = csrSubject(pending.CSR)
		return out.check(text)
	})
	if err != nil {
		return err
	}
	if err := o.write(out, text); err != nil || o.out == stdio {
		return err
	}
	if v.Path, err = filepath.Abs(out.path); err != nil {
		return err
	}
	return o.result(v, func(p *page) {
		p.say("vendor.csr.done", nil)
		p.fields(field{label: "file", value: v.Path}, field{label: "subject", value: v.Subject})
		if v.Reused {
			p.say("vendor.csr.reused", nil)
		}
		p.advise("vendor.csr.next", nil)
	})
}

// csrSubject is the subject of a CSR of our own; empty if its text was damaged.
func csrSubject(text string) string {
	if file, err := pushcert.Read("", []byte(text), nil); err == nil && file.CSR != nil {
		return file.CSR.Subject()
	}
	return ""
}

type vendorImportOptions struct {
	*Env
	file, chain, passwordFile string
}

// vendorView is a vendor certificate.
type vendorView struct {
	Added        bool          `json:"added"`
	Organization string        `json:"organization"`
	Subject      string        `json:"subject"`
	SerialHex    string        `json:"serial_hex"`
	SerialDec    string        `json:"serial_dec"`
	NotBefore    string        `json:"not_before"`
	NotAfter     string        `json:"not_after"`
	DaysLeft     int           `json:"days_left"`
	SHA256       string        `json:"sha256"`
	Findings     []findingView `json:"findings"`
}

func newVendorImport(env *Env, run runner[vendorImportOptions]) *cobra.Command {
	o := &vendorImportOptions{Env: env}
	c := command("import FILE [flags]", argCount{1, 1}, func(ctx context.Context, args []string) error {
		o.file = args[0]
		return run.or(runVendorImport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	return c
}

func runVendorImport(ctx context.Context, o *vendorImportOptions) error {
	s, j, err := o.judged(ctx, trustOptions{chain: o.chain}, thresholdOptions{})
	if err != nil {
		return err
	}
	file, err := o.readFile(o.file, o.passwordFile)
	if err != nil {
		return err
	}
	if file.Leaf() == nil {
		return problem.Say(problem.WrongRole, "vendor", problem.Params{"role": string(file.Role), "expected_role": string(pushcert.RoleMDMVendor)})
	}
	in := lifecycle.VendorImport{Certificate: file.Leaf(), Actor: o.actor(), Chain: intermediates(file.Certificates[1:])}
	if o.chain != "" {
		extra, err := o.read(o.chain)
		if err != nil {
			return err
		}
		in.Chain += string(extra)
	}
	if in.Key, err = o.fileKey(s, file); err != nil {
		return err
	}
	added, found := false, []problem.Finding(nil)
	err = o.update(ctx, func(s *lifecycle.State) error {
		added, found, err = s.Vendor.Import(in, j)
		return err
	})
	if err != nil {
		return err
	}
	v := o.vendorView(file.Leaf(), found)
	v.Added = added
	return o.result(v, func(p *page) {
		p.say(map[bool]string{true: "vendor.import.done", false: "vendor.import.unchanged"}[added], problem.Params{"vendor": v.Organization})
		p.fields(p.env.certificateFields(file.Leaf())...)
		p.findings(found)
		p.advise("vendor.import.next", nil)
	})
}

// fileKey seals the key that came in a file, if one did.
func (e *Env) fileKey(s *lifecycle.State, file *pushcert.File) (*lifecycle.Key, error) {
	if len(file.Keys) == 0 {
		return nil, nil
	}
	key := file.LeafKey()
	if key == nil {
		key = file.Keys[0]
	}
	if key.Signer == nil {
		return nil, problem.New(problem.KeyEncrypted, nil)
	}
	seal, err := e.sealer(s)
	if err != nil {
		return nil, err
	}
	sealed, err := seal(key.Signer)
	return &sealed, err
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

func (e *Env) vendorView(c *pushcert.Certificate, found []problem.Finding) vendorView {
	return vendorView{
		Organization: c.Organization(), Subject: c.Subject(), SerialHex: c.SerialHex(), SerialDec: c.SerialDec(),
		NotBefore: rfc3339(c.X509.NotBefore), NotAfter: rfc3339(c.X509.NotAfter), DaysLeft: c.DaysLeft(e.Now()),
		SHA256: c.SHA256(), Findings: e.findingViews(found),
	}
}
