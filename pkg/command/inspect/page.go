package inspect

import (
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// writeInspected writes a file for a person: what it is first, then its facts, then what
// to do with it.
func writeInspected(p *cli.Page, r inspected) {
	p.Say("inspect.file", problem.Params{"file": cli.Named(r.view.Path)})
	known := r.view.Role != pushcert.RoleUnknown // else a finding says what it is, or that it is locked
	var fields []cli.Field
	if known {
		fields = append(fields, cli.Field{Label: "role", Value: p.Role(r.view.Role)})
	}
	p.Fields(append(fields, inspectedFields(p.Env, r)...)...)
	p.Findings(r.findings)
	if known && usable(r) {
		p.Text(p.Env.T("output.role."+string(r.view.Role)+".use", problem.Params{
			"file": fileToName(r.view.Path), "keyed": word(r.keyed), "refused": word(lifecycle.Refuses(r.findings)),
		}))
	}
}

// word is a fact as the value of a text: empty if it is not one.
func word(fact bool) string { return map[bool]string{true: "true"}[fact] }

// inspectedFields are the facts of a file for a person.
func inspectedFields(e *cli.Env, r inspected) []cli.Field {
	f := r.file
	switch {
	case f == nil:
		return nil
	case f.Request == nil && f.Leaf() != nil:
		return append(e.CertificateFields(f.Leaf()), pushFields(r.view, f.Leaf())...)
	case f.ADE != nil:
		return e.TokenFields(r.view.Name, f.ADE.Expires)
	case f.Content != nil:
		return e.TokenFields(r.view.Name, f.Content.Expires)
	}
	fields := []cli.Field{
		{Label: "topic", Value: r.view.Topic},
		{Label: "cn", Value: r.view.Subject.CN},
		{Label: "country", Value: r.view.Subject.C},
		{Label: "key", Value: r.view.Key.String()},
	}
	if v := r.view.Vendor; v != nil {
		vendor := f.Request.Chain[0]
		fields = append(
			fields,
			cli.Field{Label: "vendor", Value: v.Organization},
			cli.Field{Label: "vendor-serial", Value: v.SerialHex},
			cli.Field{Label: "vendor-until", Value: e.Stamp(vendor.X509.NotAfter)},
		)
	}
	return fields
}

// pushFields are what else matters of a certificate that pushes: where it may push to
// and, of an app's, under which topics.
func pushFields(v View, c *pushcert.Certificate) []cli.Field {
	fields := []cli.Field{{Label: "environments", Value: strings.Join(v.Environments, ", ")}}
	if len(v.Topics) > 1 {
		fields = append(fields, cli.Field{Label: "topics", Values: v.Topics})
	}
	if v.Role == pushcert.RoleMDMPush {
		fields = append(fields, cli.Field{Label: "portal-date", Value: cli.PortalDate(c.X509.NotAfter)})
	}
	return fields
}

// usable tells whether a file goes where its role goes; if not, a finding says where. A CSR
// that nobody would sign goes nowhere.
func usable(r inspected) bool {
	if worst, _ := problem.Worst(r.findings); r.file.CSR != nil && worst.Severity == problem.Critical {
		return false
	}
	topicless := problem.Has(r.findings, problem.TopicNotMDM) || problem.Has(r.findings, problem.TopicMissing)
	return !topicless && r.file.ProviderKey() == nil
}

// fileToName is a file as a command names it: what came from a pipe is not there a second
// time.
func fileToName(path string) string {
	if path == cli.Stdio {
		return "FILE"
	}
	return cli.AsArgument(path)
}
