package lifecycle

import (
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

func TestItemsAtTheBoundaries(t *testing.T) {
	a := newAuthority(t)
	for _, tt := range []struct {
		days int
		want Condition
		exit problem.Exit
	}{
		{61, ConditionOK, problem.ExitOK},
		{60, ConditionWarning, problem.ExitWarning},
		{31, ConditionWarning, problem.ExitWarning},
		{30, ConditionCritical, problem.ExitCritical},
		{1, ConditionCritical, problem.ExitCritical},
		{0, ConditionCritical, problem.ExitCritical},
		{-1, ConditionExpired, problem.ExitRefused},
	} {
		s := &State{Version: Version}
		request(t, s, "a", 1, false)
		mustImport(t, s, Candidate{Certificate: a.issue(t, 1, topicA, now.AddDate(1, 0, 0))}, ImportOptions{Terms: a.terms()})
		terms := a.terms()
		terms.Now = now.AddDate(1, 0, -tt.days)
		items, err := s.Items(terms)
		if err != nil {
			t.Fatal(err)
		}
		_, exit := problem.Verdict(items[0].Findings, problem.Grading{})
		if got := items[0].Condition(); got != tt.want || exit != tt.exit {
			t.Errorf("%d days left: %s, exit %d; want %s, %d", tt.days, got, exit, tt.want, tt.exit)
		}
	}
}

func TestItemsNameWhatIsMissing(t *testing.T) {
	a := newAuthority(t)
	s := &State{Version: Version}
	request(t, s, "a", 1, false)
	terms := a.terms()
	terms.Now = now.Add(StaleAfterDays * 24 * time.Hour)
	items, err := s.Items(terms)
	if err != nil {
		t.Fatal(err)
	}
	i := items[0]
	if i.Condition() != ConditionMissing || !problem.Has(i.Findings, problem.CertificateMissing) ||
		!problem.Has(i.Findings, problem.RequestStale) || *i.PendingDays != StaleAfterDays {
		t.Errorf("%+v", i)
	}
}

func TestVendorThatEndsFirstIsAWarning(t *testing.T) {
	a := newAuthority(t)
	s := &State{Version: Version}
	request(t, s, "a", 1, false)
	mustImport(t, s, Candidate{Certificate: a.issue(t, 1, topicA, now.AddDate(1, 0, 0))}, ImportOptions{Terms: a.terms()})
	importVendor(t, s, a, 2, now.AddDate(0, 6, 0))
	items, err := s.Items(a.terms())
	if err != nil {
		t.Fatal(err)
	}
	if !problem.Has(items[0].Findings, problem.VendorExpiresFirst) {
		t.Errorf("findings %v", items[0].Findings)
	}
	if _, exit := problem.Verdict(items[0].Findings, problem.Grading{}); exit != problem.ExitOK {
		t.Errorf("exit %d for a warning alone", exit)
	}
}

func importVendor(t *testing.T, s *State, a *authority, key int, end time.Time) {
	t.Helper()
	in := VendorImport{Certificate: a.vendor(t, key, end), Key: new(sealed(t, key))}
	if _, _, err := s.Vendor.Import(in, a.terms()); err != nil {
		t.Fatal(err)
	}
}

func TestSigner(t *testing.T) {
	a := newAuthority(t)
	var s State
	if _, err := s.Vendor.Signer(now); codeOf(err) != problem.VendorMissing {
		t.Errorf("without one: %v", err)
	}
	importVendor(t, &s, a, 1, now.AddDate(0, 1, 0))
	importVendor(t, &s, a, 2, now.AddDate(0, 11, 0))
	signer, err := s.Vendor.Signer(now)
	if err != nil || signer.Certificate.X509.NotAfter.Month() != now.AddDate(0, 11, 0).Month() {
		t.Errorf("of two that overlap: %v, %v", signer, err)
	}
	if _, err := s.Vendor.Signer(now.AddDate(1, 0, 0)); codeOf(err) != problem.VendorExpired {
		t.Errorf("after both ended: %v", err)
	}
}

func TestVendorImportNeedsItsKey(t *testing.T) {
	a := newAuthority(t)
	var s State
	_, _, err := s.Vendor.Import(VendorImport{Certificate: a.vendor(t, 1, now.AddDate(1, 0, 0))}, a.terms())
	if codeOf(err) != problem.KeyMissing {
		t.Errorf("got %v", err)
	}
	_, _, err = s.Vendor.Import(VendorImport{Certificate: a.issue(t, 1, topicA, now.AddDate(1, 0, 0)), Key: new(sealed(t, 1))}, a.terms())
	if codeOf(err) != problem.WrongRole {
		t.Errorf("a push certificate: %v", err)
	}
}

// A vendor certificate that brings another's key is refused, though its own is at hand.
func TestAVendorCertificateWithAnothersKeyIsRefused(t *testing.T) {
	a := newAuthority(t)
	v := Vendor{Keys: []Key{sealed(t, 1)}}
	in := VendorImport{Certificate: a.vendor(t, 1, now.AddDate(1, 0, 0)), Key: new(sealed(t, 2))}
	if added, _, err := v.Import(in, a.terms()); codeOf(err) != problem.KeyMismatch || added || len(v.Identities) > 0 {
		t.Errorf("added %v, %v", added, err)
	}
}

func TestDeleteKeepsEverythingButTheCertificate(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	public := s.Profiles["a"].Certificate.Key.Public
	if err := s.Delete("a", "me", false, now); err != nil {
		t.Fatal(err)
	}
	p := s.Profiles["a"]
	last := p.History[len(p.History)-1]
	if p.Certificate != nil || p.AppleAccount == "" || last.Action != Deleted || last.PEM == "" || len(p.Pending) != 0 {
		t.Errorf("%+v", p)
	}
	if _, ok := p.KeyFor(public); !ok {
		t.Error("its key is gone")
	}
	if err := s.Delete("a", "me", false, now); codeOf(err) != problem.CertificateMissing {
		t.Errorf("twice: %v", err)
	}
	if err := s.Delete("a", "me", true, now); err != nil || len(s.Profiles) != 0 {
		t.Errorf("purge: %v, %v", err, s.Profiles)
	}
}

func TestDueIsInclusive(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a) // 40 days left
	for warn, want := range map[int]int{39: 0, 40: 1, 60: 1} {
		terms := a.terms()
		terms.Policy.WarnDays = warn
		if due, err := s.Due(terms); err != nil || len(due) != want {
			t.Errorf("within %d days: %v, %v", warn, due, err)
		}
	}
}

func TestChoose(t *testing.T) {
	none, one, two := &State{}, &State{Profiles: map[string]*Profile{"x": {}}}, &State{Profiles: map[string]*Profile{"x": {}, "y": {}}}
	for _, tt := range []struct {
		s     *State
		named string
		want  string
		code  problem.Code
	}{
		{none, "", DefaultProfile, ""}, {one, "", "x", ""}, {two, "y", "y", ""}, {two, "", "", problem.Usage}, {none, "a\nb", "", problem.Usage}, {none, " a", "", problem.Usage}, {none, "z", "z", ""},
	} {
		if got, err := tt.s.Choose(tt.named); got != tt.want || codeOf(err) != tt.code {
			t.Errorf("%v, %q: %q, %v", tt.s.Names(), tt.named, got, err)
		}
	}
	if _, err := one.Profile("nope"); codeOf(err) != problem.ProfileUnknown {
		t.Errorf("unknown: %v", err)
	}
}

// A profile's own thresholds go before the settings, and those of the call before both.
func TestThresholdsOfAProfile(t *testing.T) {
	settings := pushcert.Policy{WarnDays: 60, CriticalDays: 30}
	for name, c := range map[string]struct {
		warn, critical           *int
		givenWarn, givenCritical bool
		want                     pushcert.Policy
	}{
		"none of its own":                        {want: settings},
		"both":                                   {warn: new(90), critical: new(45), want: pushcert.Policy{WarnDays: 90, CriticalDays: 45}},
		"an early warning":                       {warn: new(90), want: pushcert.Policy{WarnDays: 90, CriticalDays: 30}},
		"late alone, and critical gives way":     {warn: new(10), want: pushcert.Policy{WarnDays: 10, CriticalDays: 10}},
		"critical early, and warning gives way":  {critical: new(90), want: pushcert.Policy{WarnDays: 90, CriticalDays: 90}},
		"zero is a number of days":               {warn: new(0), critical: new(0), want: pushcert.Policy{}},
		"the wrong way round counts as critical": {warn: new(10), critical: new(20), want: pushcert.Policy{WarnDays: 20, CriticalDays: 20}},
		"the call goes before both":              {warn: new(90), critical: new(45), givenWarn: true, givenCritical: true, want: settings},
		"the call's warning, its own critical":   {critical: new(90), givenWarn: true, want: pushcert.Policy{WarnDays: 60, CriticalDays: 60}},
	} {
		t.Run(name, func(t *testing.T) {
			terms := Terms{Policy: settings, GivenWarn: c.givenWarn, GivenCritical: c.givenCritical}
			if got := terms.For(&Profile{WarnDays: c.warn, CriticalDays: c.critical}).Policy; got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
