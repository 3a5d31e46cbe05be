package inspect

import (
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// writeInspected writes a file for a person: what it is first, then its facts, then what
// to do with it.
func writeInspected(p *cli.Page, r inspected, v View) {
	p.Say("inspect.file", problem.Params{"file": disk.Named(r.name)})
	known := v.Role != pushcert.RoleUnknown // else a finding says what it is, or that it is locked
	var fields []page.Field
	if known {
		fields = append(fields, page.Field{Label: "role", Value: p.Role(v.Role)})
	}
	p.Fields(append(fields, inspectedFields(p.Env, r, v)...)...)
	p.Findings(r.findings)
	if known && usable(r) {
		p.Text(p.Env.T("output.role."+string(v.Role)+".use", problem.Params{
			"file": fileToName(r.name), "topic": deviceTopic(r, v), "keyed": word(r.keyed), "refused": word(lifecycle.Refuses(r.findings)),
		}))
	}
}

// deviceTopic is the topic that a file of devices tells; a certificate's may be the wrong one.
func deviceTopic(r inspected, v View) string {
	if r.leaf() != nil {
		return ""
	}
	return v.Topic
}

// word is a fact as the value of a text: empty if it is not one.
func word(fact bool) string {
	if fact {
		return "true"
	}
	return ""
}

// inspectedFields are the facts of a file for a person.
func inspectedFields(e *cli.Env, r inspected, v View) []page.Field {
	f := r.file
	switch {
	case f == nil:
		return nil
	case r.leaf() != nil:
		return append(e.CertificateFields(r.leaf()), pushFields(v, r.leaf())...)
	case f.ADE != nil:
		return e.TokenFields(v.Name, f.ADE.Expires)
	case f.Content != nil:
		return e.TokenFields(v.Name, f.Content.Expires)
	}
	fields := []page.Field{
		{Label: "topic", Value: v.Topic},
		{Label: "cn", Value: v.Subject.CN},
		{Label: "country", Value: v.Subject.C},
		{Label: "key", Value: v.Certificate.Key.String()},
	}
	if vendor := signer(f); vendor != nil {
		fields = append(
			fields,
			page.Field{Label: "vendor", Value: vendor.Organization()},
			page.Field{Label: "vendor-serial", Value: vendor.SerialHex()},
			page.Field{Label: "vendor-until", Value: e.Stamp(vendor.X509.NotAfter)},
		)
	}
	return fields
}

// pushFields are what else matters of a certificate that pushes: where it may push to
// and, of an app's, under which topics.
func pushFields(v View, c *pushcert.Certificate) []page.Field {
	fields := []page.Field{{Label: "environments", Value: strings.Join(v.Environments, ", ")}}
	if len(v.Topics) > 1 {
		fields = append(fields, page.Field{Label: "topics", Values: v.Topics})
	}
	if v.Role == pushcert.RoleMDMPush {
		fields = append(fields, page.Field{Label: "portal-date", Value: page.PortalDate(c.X509.NotAfter)})
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
	if path == disk.Stdio {
		return "FILE"
	}
	return disk.AsArgument(path)
}
