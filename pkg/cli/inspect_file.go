package cli

import (
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// inspectView is one file. Fields that its role does not have are empty or null.
type inspectView struct {
	Path      string        `json:"path"`
	Role      pushcert.Role `json:"role"`
	Topic     string        `json:"topic"`
	Subject   subjectView   `json:"subject"`
	Issuer    string        `json:"issuer"`
	SerialHex string        `json:"serial_hex"`
	SerialDec string        `json:"serial_dec"`
	NotBefore *string       `json:"not_before"`
	NotAfter  *string       `json:"not_after"`
	DaysLeft  *int          `json:"days_left"`
	SHA256    string        `json:"sha256"`
	Key       *keyView      `json:"key"`
	Topics    []string      `json:"topics"`
	Chain     *chainView    `json:"chain"`
	Findings  []findingView `json:"findings"`
}

type subjectView struct {
	UID string `json:"uid"`
	CN  string `json:"cn"`
	C   string `json:"c"`
}

type keyView struct {
	Algorithm string `json:"algorithm"`
	Bits      int    `json:"bits"`
}

// String is empty for a key that is absent or still encrypted.
func (k *keyView) String() string {
	if k == nil || k.Bits == 0 {
		return ""
	}
	return k.Algorithm + " " + strconv.Itoa(k.Bits)
}

type chainView struct {
	Verified  bool   `json:"verified"`
	Anchor    string `json:"anchor"`
	Simulated bool   `json:"simulated"`
}

// inspectFields are the values that --field can print bare.
func inspectFields() map[string]func(inspectView) string {
	return map[string]func(inspectView) string{
		"path":       func(v inspectView) string { return v.Path },
		"role":       func(v inspectView) string { return string(v.Role) },
		"topic":      func(v inspectView) string { return v.Topic },
		"uid":        func(v inspectView) string { return v.Subject.UID },
		"cn":         func(v inspectView) string { return v.Subject.CN },
		"c":          func(v inspectView) string { return v.Subject.C },
		"issuer":     func(v inspectView) string { return v.Issuer },
		"serial_hex": func(v inspectView) string { return v.SerialHex },
		"serial_dec": func(v inspectView) string { return v.SerialDec },
		"not_before": func(v inspectView) string { return deref(v.NotBefore) },
		"not_after":  func(v inspectView) string { return deref(v.NotAfter) },
		"sha256":     func(v inspectView) string { return v.SHA256 },
		"days_left": func(v inspectView) string {
			if v.DaysLeft == nil {
				return ""
			}
			return strconv.Itoa(*v.DaysLeft)
		},
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// inspected is one file, seen and judged.
type inspected struct {
	view       inspectView
	file       *pushcert.File
	findings   []problem.Finding
	recognised bool
}

// inspect reads one file; what cannot be read is a finding, not an end.
func (o *inspectOptions) inspect(name string, trust *pushcert.Trust) inspected {
	r := inspected{view: inspectView{Path: name, Role: pushcert.RoleUnknown, Topics: []string{}, Findings: []findingView{}}}
	file, err := o.lookAt(name, o.passwordFile)
	if err != nil {
		p := problem.Of(err)
		r.findings = []problem.Finding{{Code: p.Code, Severity: problem.Critical, Text: p.Text, Params: p.Params}}
		if p.Code == problem.PasswordMissing || p.Code == problem.PasswordWrong {
			r.findings[0].Severity = problem.Warning
		}
		r.view.Findings = o.findingViews(r.findings)
		return r
	}
	r.file, r.recognised = file, file.Role != pushcert.RoleUnknown
	r.findings = append(r.findings, file.Findings...)
	r.view.Role, r.view.Topic = file.Role, file.Topic
	switch {
	case file.Request != nil:
		r.findings = append(r.findings, pushcert.CheckRequest(file.Request, o.Now(), trust)...)
		if file.Request.CSR != nil {
			r.csr(file.Request.CSR)
		}
	case file.Leaf() != nil:
		r.certificate(file.Leaf(), file.Certificates[1:], trust, o)
	case file.CSR != nil:
		r.csr(file.CSR)
		r.findings = append(r.findings, file.CSR.Check()...)
	case len(file.Keys) > 0:
		k := file.Keys[0]
		r.view.Key = &keyView{k.Algorithm(), k.Bits()}
	case file.ADE != nil:
		r.expires(file.Role, file.ADE.Expires, o)
	case file.Content != nil:
		r.expires(file.Role, file.Content.Expires, o)
	}
	r.view.Findings = o.findingViews(r.findings)
	return r
}

// certificate fills in a certificate's facts. Its chain is judged at its own dates:
// that it has ended is a finding of its own.
func (r *inspected) certificate(c *pushcert.Certificate, extra []*pushcert.Certificate, trust *pushcert.Trust, o *inspectOptions) {
	v := &r.view
	v.Topic, v.Topics = c.Topic(), append([]string{}, c.Topics()...)
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

func (r *inspected) csr(c *pushcert.CSR) {
	algorithm, bits := c.Strength()
	r.view.Key = &keyView{algorithm, bits}
	r.view.Subject = subjectView{CN: c.X509.Subject.CommonName}
	if len(c.X509.Subject.Country) > 0 {
		r.view.Subject.C = c.X509.Subject.Country[0]
	}
}

// expires fills in a token's end.
func (r *inspected) expires(role pushcert.Role, at time.Time, o *inspectOptions) {
	if at.IsZero() {
		return
	}
	r.view.NotAfter = new(rfc3339(at))
	r.view.DaysLeft = new(pushcert.DaysUntil(at, o.Now()))
	r.findings = append(r.findings, pushcert.CheckToken(role, at, o.Now(), pushcert.DefaultPolicy())...)
}

// inspected writes a file for a person: what it is first, then its facts, then what
// to do with it.
func (p *page) inspected(r inspected) {
	p.say("inspect.file", problem.Params{"file": named(r.view.Path)})
	fields := []field{{label: "role", value: p.role(r.view.Role)}}
	switch {
	case r.file == nil:
	case r.file.Request == nil && r.file.Leaf() != nil:
		fields = append(fields, p.env.certificateFields(r.file.Leaf())...)
		fields = append(fields, field{label: "portal-date", value: portalDate(r.file.Leaf())})
	default:
		fields = append(
			fields,
			field{label: "topic", value: r.view.Topic},
			field{label: "cn", value: r.view.Subject.CN},
			field{label: "not-after", value: deref(r.view.NotAfter)},
			field{label: "key", value: r.view.Key.String()},
		)
	}
	p.fields(fields...)
	p.findings(r.findings)
	if !problem.Has(r.findings, problem.PasswordMissing) { // then it is known, and only locked
		p.text(p.env.T("output.role."+string(r.view.Role)+".use", problem.Params{"file": named(r.view.Path)}))
	}
}
