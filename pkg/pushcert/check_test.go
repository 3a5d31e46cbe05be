package pushcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestCheckDates(t *testing.T) {
	const day = 24 * time.Hour
	policy := Policy{WarnDays: 60, CriticalDays: 30}
	c := issue(t, nil, pushSpec()).Certificate
	for name, row := range map[string]struct {
		now      time.Time
		want     problem.Code
		severity problem.Severity
		days     string
	}{
		"61 days left":               {testEnd.Add(-61 * day), "", problem.OK, ""},
		"60 days and 23 hours left":  {testEnd.Add(-61*day + time.Hour), problem.ExpiresSoon, problem.Warning, "60"},
		"60 days left":               {testEnd.Add(-60 * day), problem.ExpiresSoon, problem.Warning, "60"},
		"31 days left":               {testEnd.Add(-31 * day), problem.ExpiresSoon, problem.Warning, "31"},
		"30 days left":               {testEnd.Add(-30 * day), problem.ExpiresSoon, problem.Critical, "30"},
		"1 day left":                 {testEnd.Add(-day), problem.ExpiresSoon, problem.Critical, "1"},
		"the last day":               {testEnd.Add(-time.Hour), problem.ExpiresSoon, problem.Critical, "0"},
		"the last second":            {testEnd, problem.ExpiresSoon, problem.Critical, "0"},
		"one second after":           {testEnd.Add(time.Second), problem.Expired, problem.Critical, "-1"},
		"one day and a second after": {testEnd.Add(day + time.Second), problem.Expired, problem.Critical, "-2"},
		"one second before it":       {testIssued.Add(-time.Second), problem.NotYetValid, problem.Critical, "365"},
		"its first second":           {testIssued, "", problem.OK, ""},
	} {
		found := CheckDates(c, row.now, policy)
		if row.want == "" {
			if len(found) > 0 {
				t.Errorf("%s: got %v", name, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Code != row.want || found[0].Severity != row.severity {
			t.Errorf("%s: got %v, want %s", name, found, row.want)
			continue
		}
		if row.days != "365" && found[0].Params["days"] != row.days || found[0].Params["not_after"] != "2027-03-01T09:59:59Z" {
			t.Errorf("%s: params %v", name, found[0].Params)
		}
	}
}

func TestCheckPush(t *testing.T) {
	w := newWorld(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	change := func(edit func(*spec)) *identity {
		s := pushSpec()
		edit(&s)
		return issue(t, w.aai, s)
	}
	for name, row := range map[string]struct {
		leaf  *identity
		trust *Trust
		want  []string
	}{
		"good":                         {w.push, w.trust, nil},
		"of Profile Manager":           {change(func(s *spec) { s.uid = "com.apple.mgmt.XServer." + testUUID }), w.trust, nil},
		"UUID in other letters":        {change(func(s *spec) { s.cn = "APSP:3F2B8A1C-0D4E-4F5A-9B6C-7D8E9F0A1B2C" }), w.trust, nil},
		"name without APSP":            {change(func(s *spec) { s.cn = "MDM" }), w.trust, nil},
		"name with another UUID":       {change(func(s *spec) { s.cn = "APSP:00000000-0000-0000-0000-000000000000" }), w.trust, []string{"cn-uuid-differs"}},
		"no UID":                       {change(func(s *spec) { s.uid = "" }), w.trust, []string{"topic-missing"}},
		"the vendor's":                 {w.vendor, w.trust, []string{"wrong-role"}},
		"an authority":                 {w.aai, w.trust, []string{"wrong-role"}},
		"an app's":                     {change(func(s *spec) { s.uid, s.cn = "com.example", "Apple Push Services: com.example" }), w.trust, []string{"wrong-role"}},
		"1024 bits":                    {change(func(s *spec) { s.public = weakKey(t).Public() }), w.trust, []string{"key-weak"}},
		"elliptic curve":               {change(func(s *spec) { s.public = curve.Public() }), w.trust, []string{"key-weak.algorithm"}},
		"expired":                      {change(func(s *spec) { s.to = testNow.Add(-time.Second) }), w.trust, []string{"expired"}},
		"expired before its authority": {change(func(s *spec) { s.from, s.to = testNow.AddDate(-8, 0, 0), testNow.AddDate(-7, 0, 0) }), w.trust, []string{"expired"}},
		"not valid yet":                {change(func(s *spec) { s.from = testNow.Add(time.Second) }), w.trust, []string{"not-yet-valid"}},
		"soon":                         {change(func(s *spec) { s.to = testNow.AddDate(0, 0, 60) }), w.trust, []string{"expires-soon"}},
		"on its last day":              {change(func(s *spec) { s.to = testNow.Add(24*time.Hour - time.Second) }), w.trust, []string{"expires-soon.today"}},
		"a day before":                 {change(func(s *spec) { s.to = testNow.Add(24 * time.Hour) }), w.trust, []string{"expires-soon"}},
		"not Apple's":                  {w.push, Apple(), []string{"issuer-not-apple"}},
	} {
		found := CheckPush(row.leaf.Certificate, testNow, Policy{60, 30}, row.trust)
		if got := keysOf(found); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

func TestWrongRoleSaysWhatItIsInstead(t *testing.T) {
	w := newWorld(t)
	found := CheckPush(w.vendor.Certificate, testNow, Policy{}, w.trust)
	if len(found) != 1 || found[0].Params["role"] != "mdm-vendor" || found[0].Params["expected_role"] != "mdm-push" {
		t.Errorf("got %v", found)
	}
}

func TestNotYetValidTellsItsDatesOnly(t *testing.T) {
	w := newWorld(t)
	s := pushSpec()
	s.from = testNow.AddDate(0, 0, 3)
	found := CheckDates(issue(t, w.aai, s).Certificate, testNow, Policy{60, 30})
	if len(found) != 1 || found[0].Code != "not-yet-valid" {
		t.Fatalf("got %v", found)
	}
	// Days to the end would be read as days to the beginning.
	if got := slices.Sorted(maps.Keys(found[0].Params)); !slices.Equal(got, []string{"not_after", "not_before"}) {
		t.Errorf("params %v", got)
	}
}

func TestCheckVendor(t *testing.T) {
	w := newWorld(t)
	until := func(end time.Time) *identity {
		s := vendorSpec()
		s.to = end
		return issue(t, w.wwdr, s)
	}
	for name, row := range map[string]struct {
		leaf *identity
		want []string
	}{
		"good":                 {w.vendor, nil},
		"the push certificate": {w.push, []string{"wrong-role"}},
		"expired":              {until(testNow.Add(-time.Second)), []string{"vendor-expired"}},
		"soon":                 {until(testNow.AddDate(0, 0, 30)), []string{"expires-soon.vendor"}},
		"self-signed":          {issue(t, nil, vendorSpec()), []string{"issuer-not-apple.self-signed"}},
	} {
		found := CheckVendor(row.leaf.Certificate, testNow, Policy{60, 30}, w.trust)
		if got := keysOf(found); !slices.Equal(got, row.want) && len(got)+len(row.want) > 0 {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}

// The last day is a day like any other for who asks about validity alone, as a push does.
func TestOnItsLastDayACertificateIsValid(t *testing.T) {
	if found := CheckEnd(testNow.Add(time.Hour), testNow, Policy{WarnDays: -1, CriticalDays: -1}); len(found) > 0 {
		t.Errorf("%v", found)
	}
}
