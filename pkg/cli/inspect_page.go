package cli

import (
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// inspected writes a file for a person: what it is first, then its facts, then what
// to do with it.
func (p *page) inspected(r inspected) {
	p.say("inspect.file", problem.Params{"file": named(r.view.Path)})
	known := r.view.Role != pushcert.RoleUnknown // else a finding says what it is, or that it is locked
	var fields []field
	if known {
		fields = append(fields, field{label: "role", value: p.role(r.view.Role)})
	}
	p.fields(append(fields, p.env.inspectedFields(r)...)...)
	p.findings(r.findings)
	if known {
		p.text(p.env.T("output.role."+string(r.view.Role)+".use", problem.Params{"file": asArgument(r.view.Path)}))
	}
}

// inspectedFields are the facts of a file for a person.
func (e *Env) inspectedFields(r inspected) []field {
	f := r.file
	switch {
	case f == nil:
		return nil
	case f.Request == nil && f.Leaf() != nil:
		return append(e.certificateFields(f.Leaf()), e.pushFields(r.view, f.Leaf())...)
	case f.ADE != nil:
		return e.tokenFields(r.view.Name, f.ADE.Expires)
	case f.Content != nil:
		return e.tokenFields(r.view.Name, f.Content.Expires)
	}
	fields := []field{
		{label: "topic", value: r.view.Topic},
		{label: "cn", value: r.view.Subject.CN},
		{label: "country", value: r.view.Subject.C},
		{label: "key", value: r.view.Key.String()},
	}
	if v := r.view.Vendor; v != nil {
		vendor := f.Request.Chain[0]
		fields = append(
			fields,
			field{label: "vendor", value: v.Organization},
			field{label: "vendor-serial", value: v.SerialHex},
			field{label: "vendor-until", value: e.stamp(vendor.X509.NotAfter)},
		)
	}
	return fields
}

// pushFields are what else matters of a certificate that pushes: where it may push to
// and, of an app's, under which topics.
func (e *Env) pushFields(v inspectView, c *pushcert.Certificate) []field {
	fields := []field{{label: "environments", value: strings.Join(v.Environments, ", ")}}
	if len(v.Topics) > 1 {
		fields = append(fields, field{label: "topics", value: strings.Join(v.Topics, "\n")})
	}
	if v.Role == pushcert.RoleMDMPush {
		fields = append(fields, field{label: "portal-date", value: portalDate(c)})
	}
	return fields
}
