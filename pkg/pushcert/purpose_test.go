package pushcert

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// lacking lists what each finding misses, and the sentences of those that miss nothing.
func lacking(found []problem.Finding) []string {
	all := []string{}
	for _, f := range found {
		what := f.Params["lacking"]
		if what == "" {
			what = f.Key()
		}
		all = append(all, what)
	}
	return all
}

// A certificate is good for what its name says only if what it states of its purpose allows that.
func TestCheckPurpose(t *testing.T) {
	const production, vendor = "1.2.840.113635.100.6.3.2", "1.2.840.113635.100.4.12"
	w := newWorld(t)
	app := func() spec {
		s := pushSpec()
		s.uid, s.cn = "com.example", "Apple Push Services: com.example"
		return s
	}
	usage := func(usages ...x509.ExtKeyUsage) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.ExtKeyUsage = usages }
	}
	for name, row := range map[string]struct {
		spec spec
		edit func(*spec)
		want []string
	}{
		"a push certificate":        {pushSpec(), func(*spec) {}, nil},
		"for any purpose":           {pushSpec(), func(s *spec) { s.change = usage(x509.ExtKeyUsageAny) }, nil},
		"for a client and a server": {pushSpec(), func(s *spec) { s.change = usage(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth) }, nil},
		"for a server":              {pushSpec(), func(s *spec) { s.change = usage(x509.ExtKeyUsageServerAuth) }, []string{"clientAuth"}},
		"for something unknown": {pushSpec(), func(s *spec) {
			s.change = func(c *x509.Certificate) {
				c.ExtKeyUsage, c.UnknownExtKeyUsage = nil, []asn1.ObjectIdentifier{{1, 2, 3}}
			}
		}, []string{"clientAuth"}},
		"that may only encipher":       {pushSpec(), func(s *spec) { s.change = func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment } }, []string{"digitalSignature"}},
		"without Apple's mark":         {pushSpec(), func(s *spec) { s.extensions = nil }, []string{production}},
		"with the mark of development": {pushSpec(), func(s *spec) { s.extensions = []pkix.Extension{sandboxMark()} }, []string{production}},
		"that lacks everything": {pushSpec(), func(s *spec) {
			s.extensions, s.change = nil, func(c *x509.Certificate) {
				c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageCertSign, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			}
		}, []string{"clientAuth", "digitalSignature", production}},
		"that states nothing": {pushSpec(), func(s *spec) {
			s.extensions, s.change = nil, func(c *x509.Certificate) { c.KeyUsage, c.ExtKeyUsage = 0, nil }
		}, nil},
		"an authority by that name":      {pushSpec(), func(s *spec) { s.ca = true }, []string{"purpose.authority"}},
		"a vendor's":                     {vendorSpec(), func(*spec) {}, nil},
		"a vendor's for a server":        {vendorSpec(), func(s *spec) { s.change = usage(x509.ExtKeyUsageServerAuth) }, nil}, // it signs and connects nowhere
		"a vendor's by name alone":       {vendorSpec(), func(s *spec) { s.extensions = nil }, []string{vendor}},
		"an app's of development":        {app(), func(s *spec) { s.extensions = []pkix.Extension{sandboxMark()} }, nil},
		"an app's without Apple's marks": {app(), func(s *spec) { s.extensions = nil }, []string{production}},
	} {
		row.edit(&row.spec)
		if got := lacking(checkPurpose(issue(t, w.aai, row.spec).Certificate)); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: lacks %q, want %q", name, got, row.want)
		}
	}
}

// A name that only begins like that of an MDM certificate gives it no topic of MDM.
func TestATopicOfAnotherFamilyIsSaid(t *testing.T) {
	w, s := newWorld(t), pushSpec()
	s.uid = "com.example.app"
	found := CheckForm(issue(t, w.aai, s).Certificate)
	if keys := keysOf(found); !slices.Equal(keys, []string{"topic-not-mdm"}) || found[0].Params["topic"] != "com.example.app" {
		t.Errorf("%v", found)
	}
}

// What is renewed elsewhere is told so, for each role, before its end and after it.
func TestTheEndIsWordedForTheRole(t *testing.T) {
	w := newWorld(t)
	app := pushSpec()
	app.uid, app.cn = "com.example", "Apple Push Services: com.example"
	policy := Policy{WarnDays: 60, CriticalDays: 30}
	for name, row := range map[string]struct {
		leaf      *identity
		soon, end string
	}{
		"push":      {w.push, "expires-soon", "expired"},
		"vendor":    {w.vendor, "expires-soon.vendor", "vendor-expired"},
		"app":       {issue(t, w.aai, app), "expires-soon.other", "expired.other"},
		"authority": {w.aai, "expires-soon.other", "expired.other"},
	} {
		end := row.leaf.X509.NotAfter
		for want, now := range map[string]time.Time{row.soon: end.AddDate(0, 0, -50), row.end: end.Add(time.Second)} {
			if got := keysOf(CheckDates(row.leaf.Certificate, now, policy)); !slices.Equal(got, []string{want}) {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
	for role, row := range map[Role][2]string{
		RoleADEToken:     {"expires-soon.token.ade-token", "expired.ade-token"},
		RoleContentToken: {"expires-soon.token.content-token", "expired.content-token"},
	} {
		for i, now := range []time.Time{testEnd.AddDate(0, 0, -1), testEnd.Add(time.Second)} {
			if got := keysOf(CheckToken(role, testEnd, now, policy)); !slices.Equal(got, []string{row[i]}) {
				t.Errorf("%s: got %q, want %q", role, got, row[i])
			}
		}
		if got := CheckToken(role, testEnd, testEnd.AddDate(-1, 0, 0), policy); len(got) > 0 {
			t.Errorf("%s a year before: %v", role, got)
		}
	}
}
