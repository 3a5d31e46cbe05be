package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// CertificateFields are the facts of a certificate for a person, the topic first: it
// is what everything depends on.
func (e *Env) CertificateFields(c *pushcert.Certificate) []Field {
	algorithm, bits := c.Strength()
	days := c.DaysLeft(e.Now())
	uid := "topic"
	if c.Role() == pushcert.RoleMDMVendor {
		uid = "uid" // the vendor's team, which nothing listens on
	}
	return []Field{
		{Label: uid, Value: c.UID(), Style: term.Bold},
		{Label: "cn", Value: c.CN()},
		{Label: "country", Value: c.Country()},
		{Label: "organization", Value: c.Organization()},
		{Label: "issuer", Value: c.X509.Issuer.CommonName},
		{Label: "serial-hex", Value: c.SerialHex()},
		{Label: "serial-dec", Value: c.SerialDec()},
		{Label: "not-before", Value: e.Stamp(c.X509.NotBefore)},
		{Label: "not-after", Value: e.Stamp(c.X509.NotAfter)},
		{Label: "days-left", Value: e.Days(days), Style: daysStyle(days)},
		{Label: "key", Value: fmt.Sprintf("%s %d", algorithm, bits)},
		{Label: "sha256", Value: c.SHA256()},
	}
}

// CertificateFacts are those of the fields that decide what is done today; with --verbose all.
func (e *Env) CertificateFacts(c *pushcert.Certificate) []Field {
	fields := e.CertificateFields(c)
	if e.Global.Verbose {
		return fields
	}
	needed := []string{"topic", "uid", "serial-hex", "not-after", "days-left"}
	if c.Role() == pushcert.RoleMDMVendor {
		needed = append(needed, "organization")
	}
	return slices.DeleteFunc(fields, func(f Field) bool { return !slices.Contains(needed, f.Label) })
}

// daysStyle is the colour of a number of days at the default thresholds.
func daysStyle(days int) term.Style {
	switch {
	case days <= 30:
		return term.Red
	case days <= 60:
		return term.Yellow
	}
	return term.Green
}

// VerdictLine writes the verdict of a check, which stands above its details.
func (p *Page) VerdictLine(worst problem.Severity, exit problem.Exit) {
	key := map[problem.Exit]string{
		problem.ExitRefused: "no", problem.ExitState: "no", problem.ExitCritical: "due", problem.ExitWarning: "soon", problem.ExitOK: "good",
	}[exit]
	if exit == problem.ExitOK && worst == problem.Warning {
		key = "warned"
	}
	p.B.WriteString(p.Env.IO.Paint(SeverityStyle(worst), p.Env.T("output.verdict."+key, nil)) + "\n")
}

// PortalDate is how Apple's portal shows a date ("Feb 21, 2027").
func PortalDate(end time.Time) string { return end.UTC().Format("Jan 2, 2006") }

// TokenFields are the facts of a token for a person; a zero end is not known.
func (e *Env) TokenFields(name string, end time.Time) []Field {
	fields := []Field{{Label: "name", Value: name}}
	if end.IsZero() {
		return fields
	}
	days := pushcert.DaysUntil(end, e.Now())
	return append(
		fields,
		Field{Label: "not-after", Value: e.Stamp(end)},
		Field{Label: "days-left", Value: e.Days(days), Style: daysStyle(days)},
	)
}
