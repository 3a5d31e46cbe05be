package page

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Facts makes fields of what is known of certificates and tokens, with times as they are where the
// present time was read.
type Facts struct {
	Words Words
	Now   time.Time
}

// Stamp shows a time to a person: UTC, and what their clock shows.
func (f Facts) Stamp(t time.Time) string {
	utc, local := t.UTC().Format(clockForm)+" UTC", Local(t, f.Now.Location())
	if utc == local {
		return utc
	}
	return utc + " (" + local + ")"
}

// Local is a time as the clock of a place shows it.
func Local(t time.Time, zone *time.Location) string {
	there := t.In(zone)
	if _, offset := there.Zone(); offset == 0 {
		return there.Format(clockForm) + " UTC"
	}
	return there.Format(clockForm + " -07:00")
}

const clockForm = "2006-01-02 15:04:05"

// Days says how many whole days are left.
func (f Facts) Days(n int) string {
	params := problem.Params{"days": strconv.Itoa(n)}
	switch {
	case n < 0:
		return f.Words.T("output.days.expired", params)
	case n == 0:
		return f.Words.T("output.days.today", params)
	}
	return f.Words.T("output.days.left", params)
}

// Certificate are the facts of a certificate for a person, the topic first: it
// is what everything depends on.
func (f Facts) Certificate(c *pushcert.Certificate) []Field {
	algorithm, bits := c.Strength()
	days := c.DaysLeft(f.Now)
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
		{Label: "not-before", Value: f.Stamp(c.X509.NotBefore)},
		{Label: "not-after", Value: f.Stamp(c.X509.NotAfter)},
		{Label: "days-left", Value: f.Days(days), Style: daysStyle(days)},
		{Label: "key", Value: fmt.Sprintf("%s %d", algorithm, bits)},
		{Label: "sha256", Value: c.SHA256()},
	}
}

// CertificateToday are those that decide what is done today.
func (f Facts) CertificateToday(c *pushcert.Certificate) []Field {
	needed := []string{"topic", "uid", "serial-hex", "not-after", "days-left"}
	if c.Role() == pushcert.RoleMDMVendor {
		needed = append(needed, "organization")
	}
	return slices.DeleteFunc(f.Certificate(c), func(one Field) bool { return !slices.Contains(needed, one.Label) })
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

// PortalDate is how Apple's portal shows a date ("Feb 21, 2027").
func PortalDate(end time.Time) string { return end.UTC().Format("Jan 2, 2006") }

// Token are the facts of a token for a person; a zero end is not known.
func (f Facts) Token(name string, end time.Time) []Field {
	fields := []Field{{Label: "name", Value: name}}
	if end.IsZero() {
		return fields
	}
	days := pushcert.DaysUntil(end, f.Now)
	return append(
		fields,
		Field{Label: "not-after", Value: f.Stamp(end)},
		Field{Label: "days-left", Value: f.Days(days), Style: daysStyle(days)},
	)
}
