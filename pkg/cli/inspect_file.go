package cli

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// inspected is one file, seen and judged.
type inspected struct {
	view       inspectView
	file       *pushcert.File
	findings   []problem.Finding
	recognised bool
	err        error // what ends the whole inspection
}

// inspect reads one file; what cannot be read is a finding, not an end.
func (o *inspectOptions) inspect(name string, trust *pushcert.Trust) inspected {
	r := inspected{view: inspectView{Path: name, Role: pushcert.RoleUnknown, Topics: []string{}, Environments: []string{}}}
	file, err := o.lookAt(name, o.passwordFile)
	if errors.Is(err, context.Canceled) {
		r.err = err
		return r
	}
	if err != nil {
		p := problem.Of(err)
		r.findings = []problem.Finding{{Code: p.Code, Severity: problem.Critical, Text: p.Text, Params: p.Params}}
		if p.Code == problem.PasswordMissing || p.Code == problem.PasswordWrong {
			r.findings[0].Severity = problem.Warning
		}
		r.findings = aboutFile(name, r.findings)
		r.view.Findings = o.findingViews(r.findings)
		return r
	}
	r.file, r.recognised = file, file.Role != pushcert.RoleUnknown
	r.findings = append(r.findings, file.Findings...)
	if !r.recognised {
		r.findings = append(r.findings, problem.FoundAs(problem.FileUnrecognised, "certificate", problem.Critical, nil))
	}
	r.view.Role, r.view.Topic = file.Role, file.Topic
	switch {
	case file.Request != nil:
		r.findings = append(r.findings, pushcert.CheckRequest(file.Request, o.Now(), trust)...)
		r.request(file.Request)
	case file.Leaf() != nil:
		r.certificate(file.Leaf(), file.Certificates[1:], trust, o)
	case file.CSR != nil:
		r.csr(file.CSR)
		r.findings = append(r.findings, file.CSR.Check()...)
	case len(file.Keys) > 0:
		k := file.Keys[0]
		r.view.Key = &keyView{k.Algorithm(), k.Bits()}
		r.findings = append(r.findings, k.Check()...)
	case file.ADE != nil:
		r.view.Name = file.ADE.Server
		r.expires(file.ADE.Expires, o)
	case file.Content != nil:
		r.view.Name = cmp.Or(file.Content.Location, file.Content.Organization)
		r.expires(file.Content.Expires, o)
	}
	r.findings = aboutFile(name, r.findings)
	r.view.Findings = o.findingViews(r.findings)
	return r
}

// certificate fills in a certificate's facts. Its chain is judged at its own dates:
// that it has ended is a finding of its own.
func (r *inspected) certificate(c *pushcert.Certificate, extra []*pushcert.Certificate, trust *pushcert.Trust, o *inspectOptions) {
	v := &r.view
	v.Topic, v.Topics, v.Environments = c.Topic(), append(v.Topics, c.Topics()...), c.Environments()
	v.Subject = subjectView{c.UID(), c.CN(), c.Country()}
	v.Issuer, v.SerialHex, v.SerialDec, v.SHA256 = c.Issuer(), c.SerialHex(), c.SerialDec(), c.SHA256()
	v.NotBefore, v.NotAfter = new(rfc3339(c.X509.NotBefore)), new(rfc3339(c.X509.NotAfter))
	v.DaysLeft = new(c.DaysLeft(o.Now()))
	algorithm, bits := c.Strength()
	v.Key = &keyView{algorithm, bits}
	chain, findings := trust.Chain(c, time.Time{}, extra...)
	v.Chain = &chainView{chain.Verified, chain.Anchor, chain.Simulated}
	r.findings = append(r.findings, pushcert.CheckDates(c, o.Now(), pushcert.DefaultPolicy())...)
	r.findings = append(r.findings, pushcert.CheckForm(c)...)
	r.findings = append(r.findings, findings...)
}

// request fills in who asks and who signed.
func (r *inspected) request(q *pushcert.Request) {
	if q.CSR != nil {
		r.csr(q.CSR)
	}
	if len(q.Chain) > 0 {
		vendor := q.Chain[0]
		r.view.Vendor = &requestVendorView{vendor.Organization(), vendor.SerialHex(), rfc3339(vendor.X509.NotAfter)}
	}
}

func (r *inspected) csr(c *pushcert.CSR) {
	algorithm, bits := c.Strength()
	r.view.Key = &keyView{algorithm, bits}
	r.view.Subject = subjectView{CN: c.X509.Subject.CommonName}
	if len(c.X509.Subject.Country) > 0 {
		r.view.Subject.C = c.X509.Subject.Country[0]
	}
}

// expires fills in a token's end.
func (r *inspected) expires(at time.Time, o *inspectOptions) {
	if at.IsZero() {
		return
	}
	r.view.NotAfter = new(rfc3339(at))
	r.view.DaysLeft = new(pushcert.DaysUntil(at, o.Now()))
	r.findings = append(r.findings, pushcert.CheckToken(r.view.Role, at, o.Now(), pushcert.DefaultPolicy())...)
}
