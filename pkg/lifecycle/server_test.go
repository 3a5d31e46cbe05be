package lifecycle

import (
	"slices"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// What a server uses is held against what is stored, as far as it tells.
func TestCompareUsed(t *testing.T) {
	a := newAuthority(t)
	end := time.Date(2027, 6, 1, 10, 20, 30, 0, time.UTC)
	c := a.issue(t, 1, topicA, end)
	day := end.Truncate(24 * time.Hour)
	for name, row := range map[string]struct {
		used Used
		want string
	}{
		"the same serial":                {Used{Topic: topicA, SerialHex: c.SerialHex(), NotAfter: end}, ""},
		"the certificate itself":         {Used{Certificate: c}, ""},
		"no serial, the same end":        {Used{NotAfter: end}, ""},
		"parts of a second":              {Used{NotAfter: end.Add(time.Second - 1)}, ""},
		"the day alone":                  {Used{NotAfter: day}, ""},
		"the day before":                 {Used{NotAfter: day.AddDate(0, 0, -1)}, "server-behind"},
		"a second before":                {Used{NotAfter: end.Add(-time.Second)}, "server-behind"},
		"an older one":                   {Used{Topic: topicA, SerialHex: "1", NotAfter: end.AddDate(0, -1, 0)}, "server-behind"},
		"another serial of the same end": {Used{SerialHex: "1", NotAfter: end}, "server-behind"},
		"a newer one":                    {Used{Topic: topicA, SerialHex: "1", NotAfter: end.AddDate(0, 1, 0)}, "server-ahead"},
		"another topic":                  {Used{Topic: topicB, SerialHex: c.SerialHex(), NotAfter: end}, "server-differs"},
		"another topic's certificate":    {Used{Certificate: a.issue(t, 1, topicB, end)}, "server-differs"},
		"none":                           {Used{Missing: true}, "server-behind.missing"},
		"nothing told":                   {Used{}, ""},
		"an alert alone":                 {Used{Alert: "PUSH_CERT_WILL_EXPIRE"}, "server-alert"},
		"an alert about another topic":   {Used{Alert: "soon", Topic: topicB}, "server-alert server-differs"},
		"an older one that has expired":  {Used{NotAfter: now.Add(-time.Second)}, "server-behind expired.server"},
		"on the last second":             {Used{NotAfter: now}, "server-behind"},
	} {
		if got := keysOf(CompareUsed(row.used.Complete(), "mdm", "acme", topicA, c, now)); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
	if got := keysOf(CompareUsed(Used{Topic: topicB, NotAfter: end}, "mdm", "acme", topicA, nil, now)); got != "server-differs" {
		t.Errorf("an expected topic: %q", got)
	}
	if got := keysOf(CompareUsed(Used{Topic: topicB, NotAfter: end}, "mdm", "acme", "", nil, now)); got != "" {
		t.Errorf("nothing is known: %q", got)
	}
}

// A certificate for another key than the server's request has is of no use there.
func TestAServersRequestIsForOneKey(t *testing.T) {
	a := newAuthority(t)
	o := ImportOptions{Terms: a.terms(), Profile: "acme"}
	s := &State{Servers: map[string]*Server{"mdm": {Kind: "fleet"}}, Profiles: map[string]*Profile{"acme": {Server: "mdm"}}}
	stored := a.issue(t, 1, topicA, now.AddDate(0, 6, 0))
	o.CertificateOnly = true
	if _, err := s.Import(Candidate{Certificate: stored}, o); err != nil {
		t.Fatal(err)
	}
	o.CertificateOnly = false
	ask := RequestOptions{Profile: "acme", Now: now, Actor: "me"}
	fetched := Fetched{Public: sealed(t, 2).Public, At: now, Vendor: "Test", VendorSerial: "1"}
	if reused, created := s.Fetch(ask, fetched); reused || created {
		t.Error("a new request is said to be out")
	}
	if reused, _ := s.Fetch(ask, fetched); !reused || len(s.Profiles["acme"].Requests()) != 1 {
		t.Error("the same request is said to be new")
	}
	if name, ok := s.FetcherOf(fetched.Public); name != "acme" || !ok {
		t.Error("nobody fetched it")
	}
	if _, err := s.Import(Candidate{Certificate: a.issue(t, 1, topicA, now.AddDate(1, 0, 0))}, o); keyOf(err) != "key-mismatch.server" {
		t.Errorf("the old key: %v", err)
	}
	if out, err := s.Import(Candidate{Certificate: stored}, o); err != nil || out.Headline != HeadlineUnchanged {
		t.Errorf("what is stored already: %v", err)
	}
	out, err := s.Import(Candidate{Certificate: a.issue(t, 2, topicA, now.AddDate(1, 0, 0))}, o)
	if err != nil || out.Action != Renewed {
		t.Fatalf("its own key: %v", err)
	}
	p := s.Profiles["acme"]
	if last := p.History[len(p.History)-1]; p.Fetched != nil || p.Certificate.Vendor != "Test" || last.VendorSerial != "1" {
		t.Errorf("left is %+v, %+v", p.Fetched, last)
	}
}

// A hint takes a server out and adds it anew, while Apple's certificate is on its way: it is still known then. What
// another server made is of no use.
func TestARequestIsKeptWhileItsServerIsAddedAnew(t *testing.T) {
	for name, kept := range map[string]bool{"mdm": true, "other": false} {
		s := &State{
			Servers:  map[string]*Server{"mdm": {Kind: "fleet"}, "other": {Kind: "fleet"}},
			Profiles: map[string]*Profile{"acme": {Server: "mdm"}},
		}
		p := s.Profiles["acme"]
		s.Fetch(RequestOptions{Profile: "acme"}, Fetched{Public: "key"})
		if _, err := s.RemoveServer("mdm", true); err != nil || p.Awaits("key") || len(p.Requests()) > 0 {
			t.Errorf("%v: unlinked, it waits for %+v", err, p.Requests())
		}
		if err := s.AddServer("mdm", Server{Kind: "fleet"}); err != nil {
			t.Fatal(err)
		}
		if err := s.LinkServer(name, "acme"); err != nil || p.Awaits("key") != kept {
			t.Errorf("linked with %s: %v, waits: %t", name, err, p.Awaits("key"))
		}
	}
}

// Nobody's server goes unsaid, and whoever takes it out takes the links along.
func TestServersAreLinkedAndRemoved(t *testing.T) {
	s := &State{Profiles: map[string]*Profile{"acme": {Fetched: &Fetched{}}, "beta": {}}}
	errs := map[string]error{
		"usage.server-none": s.LinkServer("mdm", "acme"), "usage.name.server": s.AddServer("a\nb", Server{}),
	}
	if err := s.AddServer("mdm", Server{Kind: "fleet"}); err != nil {
		t.Fatal(err)
	}
	errs["usage.server-taken"] = s.AddServer("mdm", Server{Kind: "intune"})
	errs["usage.server-unknown"] = s.LinkServer("other", "acme")
	errs["profile-unknown"] = s.LinkServer("mdm", "nobody")
	if err := s.LinkServer("mdm", "acme"); err != nil || s.Profiles["acme"].Fetched != nil {
		t.Errorf("%v, %+v", err, s.Profiles["acme"])
	}
	_, errs["usage.server-linked"] = s.RemoveServer("mdm", false)
	_, errs["usage.server-unknown "] = s.RemoveServer("other", true)
	for want, err := range errs {
		if keyOf(err) != want && keyOf(err)+" " != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if name, server, err := s.ServerOf("acme"); err != nil || name != "mdm" || server.Kind != "fleet" {
		t.Errorf("%s, %+v, %v", name, server, err)
	}
	if unlinked, err := s.RemoveServer("mdm", true); err != nil || !slices.Equal(unlinked, []string{"acme"}) || s.Profiles["acme"].Server != "" {
		t.Errorf("%v, %v", unlinked, err)
	}
	s.Profiles["beta"].Server = "gone" // by hand
	if _, _, err := s.ServerOf("beta"); problem.Of(err).Code != problem.Usage {
		t.Errorf("%v", err)
	}
}
