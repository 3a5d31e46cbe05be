package inspect

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// inspected is one file, seen and judged.
type inspected struct {
	view     View
	file     *pushcert.File
	findings []problem.Finding
	exit     problem.Exit // ExitOK for a file that was recognised
	err      error        // what ends the whole inspection
	keyed    bool         // the certificate's key is in the file, or here
}

// inspect reads one file; what cannot be read is a finding, not an end.
func (o *inspectOptions) inspect(at cli.Found, trust *pushcert.Trust) inspected {
	name := at.Name
	r := inspected{view: View{Path: name, Role: pushcert.RoleUnknown, Topics: []string{}, Environments: []string{}}}
	s, err := o.See(at, o.passwordFile)
	switch {
	case err != nil:
		r.err = err
		return r
	case s.File == nil:
		r.findings = []problem.Finding{s.Fault}
		_, r.exit = problem.Verdict(r.findings, problem.Grading{})
	default:
		r.show(s.File, trust, o)
	}
	r.findings = cli.AboutFile(name, r.findings)
	r.view.Findings = o.FindingViews(r.findings)
	return r
}

// show fills in what a file is.
func (r *inspected) show(file *pushcert.File, trust *pushcert.Trust, o *inspectOptions) {
	r.file = file
	r.findings = append(r.findings, file.Findings...)
	if file.Role == pushcert.RoleUnknown {
		r.exit = problem.ExitRefused
		r.findings = append(r.findings, problem.FoundAs(problem.FileUnrecognised, "certificate", problem.Critical, nil))
	}
	r.view.Role, r.view.Topic = file.Role, file.Topic
	if leaf := file.Leaf(); leaf != nil && file.Request == nil {
		_, held := o.state.HolderOf(leaf.PublicKey())
		r.keyed = held || o.state.Vendor.HasKey(leaf.PublicKey()) || file.LeafKey() != nil
		r.certificate(leaf, file.Certificates[1:], trust, o)
		return
	}
	r.findings = append(r.findings, file.Check(o.Now(), pushcert.DefaultPolicy(), trust)...)
	token, isToken := lifecycle.TokenOf(file)
	switch {
	case file.Request != nil:
		r.request(file, o)
	case file.CSR != nil:
		r.csr(file.CSR)
	case len(file.Keys) > 0:
		k := file.Keys[0]
		r.view.Key = &KeyView{k.Algorithm(), k.Bits()}
	case isToken:
		r.view.Name = token.Name
		if !token.NotAfter.IsZero() {
			r.view.NotAfter = new(cli.Rfc3339(token.NotAfter))
			r.view.DaysLeft = new(pushcert.DaysUntil(token.NotAfter, o.Now()))
		}
	}
}

// certificate fills in a certificate's facts. Its chain is judged at its own dates:
// that it has ended is a finding of its own.
func (r *inspected) certificate(c *pushcert.Certificate, extra []*pushcert.Certificate, trust *pushcert.Trust, o *inspectOptions) {
	v := &r.view
	v.Topic, v.Topics, v.Environments = c.Topic(), append(v.Topics, c.Topics()...), c.Environments()
	v.Subject = SubjectView{c.UID(), c.CN(), c.Country()}
	v.Issuer, v.SerialHex, v.SerialDec, v.SHA256 = c.Issuer(), c.SerialHex(), c.SerialDec(), c.SHA256()
	v.NotBefore, v.NotAfter = new(cli.Rfc3339(c.X509.NotBefore)), new(cli.Rfc3339(c.X509.NotAfter))
	v.DaysLeft = new(c.DaysLeft(o.Now()))
	algorithm, bits := c.Strength()
	v.Key = &KeyView{algorithm, bits}
	chain, findings := trust.Chain(c, time.Time{}, extra...)
	v.Chain = &ChainView{chain.Verified, chain.Anchor, chain.Simulated}
	r.findings = append(r.findings, pushcert.CheckDates(c, o.Now(), pushcert.DefaultPolicy())...)
	r.findings = append(r.findings, pushcert.CheckForm(c)...)
	r.findings = append(r.findings, findings...)
}

// request fills in who asks and who signed, and whose key it is.
func (r *inspected) request(file *pushcert.File, o *inspectOptions) {
	q := file.Request
	if holder, ours := o.state.HolderOf(file.RequestedKey()); ours {
		r.findings = problem.About(r.findings, "profile", holder)
	}
	if q.CSR != nil {
		r.csr(q.CSR)
	}
	if len(q.Chain) > 0 {
		vendor := q.Chain[0]
		r.view.Vendor = &RequestVendorView{vendor.Organization(), vendor.SerialHex(), cli.Rfc3339(vendor.X509.NotAfter)}
	}
}

func (r *inspected) csr(c *pushcert.CSR) {
	algorithm, bits := c.Strength()
	r.view.Key = &KeyView{algorithm, bits}
	r.view.Subject = SubjectView{CN: c.X509.Subject.CommonName}
	if len(c.X509.Subject.Country) > 0 {
		r.view.Subject.C = c.X509.Subject.Country[0]
	}
}
