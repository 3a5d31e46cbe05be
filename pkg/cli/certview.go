package cli

import (
	"cmp"
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// storedView is a certificate as other results mention it.
type storedView struct {
	Topic     string `json:"topic"`
	SerialHex string `json:"serial_hex"`
	SerialDec string `json:"serial_dec"`
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`
	SHA256    string `json:"sha256"`
}

// newStoredView is nil for no certificate, which JSON shows as null.
func newStoredView(c *pushcert.Certificate) *storedView {
	if c == nil {
		return nil
	}
	return &storedView{
		c.Topic(), c.SerialHex(), c.SerialDec(), rfc3339(c.X509.NotBefore), rfc3339(c.X509.NotAfter), c.SHA256(),
	}
}

// certificateFields are the facts of a certificate for a person, the topic first: it
// is what everything depends on.
func (e *Env) certificateFields(c *pushcert.Certificate) []field {
	algorithm, bits := c.Strength()
	days := c.DaysLeft(e.Now())
	uid := "topic"
	if c.Role() == pushcert.RoleMDMVendor {
		uid = "uid" // the vendor's team, which nothing listens on
	}
	return []field{
		{label: uid, value: c.UID(), style: term.Bold},
		{label: "cn", value: c.CN()},
		{label: "country", value: c.Country()},
		{label: "organization", value: c.Organization()},
		{label: "issuer", value: c.X509.Issuer.CommonName},
		{label: "serial-hex", value: c.SerialHex()},
		{label: "serial-dec", value: c.SerialDec()},
		{label: "not-before", value: e.stamp(c.X509.NotBefore)},
		{label: "not-after", value: e.stamp(c.X509.NotAfter)},
		{label: "days-left", value: e.days(days), style: daysStyle(days)},
		{label: "key", value: fmt.Sprintf("%s %d", algorithm, bits)},
		{label: "sha256", value: c.SHA256()},
	}
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

// verdictLine writes the last word of a check.
func (p *page) verdictLine(worst problem.Severity, exit problem.Exit) {
	key := map[problem.Exit]string{
		problem.ExitRefused: "no", problem.ExitCritical: "due", problem.ExitWarning: "soon", problem.ExitOK: "good",
	}[exit]
	if exit == problem.ExitOK && worst == problem.Warning {
		key = "warned"
	}
	p.b.WriteString(p.env.IO.Paint(severityStyle(worst), p.env.T("output.verdict."+key, nil)) + "\n")
}

// portalDate is how Apple's portal shows a date ("Feb 21, 2027").
func portalDate(c *pushcert.Certificate) string {
	return c.X509.NotAfter.UTC().Format("Jan 2, 2006")
}

// named is the name of a file for a sentence; standard input has none.
func named(file string) string { return cmp.Or(map[string]string{stdio: "(stdin)"}[file], file) }
