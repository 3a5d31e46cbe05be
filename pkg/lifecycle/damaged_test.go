package lifecycle

import (
	"encoding/pem"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// What a person damaged in the file by hand is named as such wherever it is read, and what is whole is read.
func TestBlocksDamagedByHandAreNamed(t *testing.T) {
	a := newAuthority(t)
	whole := string(a.vendor(t, 1, now.AddDate(1, 0, 0)).PEM())
	for name, row := range map[string]struct{ text, want string }{
		"whole":          {whole, ""},
		"no block":       {"hello", "state-damaged.certificate"},
		"no certificate": {string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("hello")})), "state-damaged.certificate"},
	} {
		count := 1
		if row.want != "" {
			count = 0
		}
		all, err := Vendor{Identities: []VendorIdentity{{PEM: row.text}}}.Certificates()
		if keyOf(err) != row.want || len(all) != count {
			t.Errorf("%s, of the vendor: %d certificates, %v", name, len(all), err)
		}
		leaf, err := (&Profile{Certificate: &Held{PEM: row.text}}).Leaf("a")
		if keyOf(err) != row.want || (leaf != nil) != (count == 1) {
			t.Errorf("%s, of a profile: %v, %v", name, leaf, err)
		}
	}
}

// A repeated request names the flags whose values its CSR does not have.
func TestIgnoredNamesWhatTheRequestCannotCarry(t *testing.T) {
	der, err := pushcert.NewCSR(testKeys()[1], pushcert.Subject{CommonName: "a", Country: "JP", Email: "it@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	csr := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	made := csr("CERTIFICATE REQUEST", der)
	for name, row := range map[string]struct {
		csr     string
		o       RequestOptions
		want    []string
		problem string
	}{
		"the same":       {made, RequestOptions{Country: "jp", Email: "IT@example.com"}, nil, ""},
		"nothing wanted": {made, RequestOptions{}, nil, ""},
		"both differ":    {made, RequestOptions{Country: "DE", Email: "x@example.com"}, []string{"--country", "--email"}, ""},
		"a new key":      {made, RequestOptions{Country: "DE", NewKey: true}, nil, ""},
		"no block":       {"hello", RequestOptions{Country: "DE"}, nil, "state-damaged.csr"},
		"no CSR":         {csr("CERTIFICATE REQUEST", []byte("hello")), RequestOptions{Country: "DE"}, nil, "state-damaged.csr"},
	} {
		p := &Profile{Pending: []Pending{{CSR: "an older one"}, {CSR: row.csr}}}
		if got, err := p.Ignored(row.o); !slices.Equal(got, row.want) || keyOf(err) != row.problem {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		wanted := map[string]string{"--country": row.o.Country, "--email": row.o.Email}
		if got, err := (&Vendor{Pending: p.Pending}).Ignored(row.o.NewKey, wanted); !slices.Equal(got, row.want) || keyOf(err) != row.problem {
			t.Errorf("%s, of the vendor: %q, %v", name, got, err)
		}
	}
	var none *Profile
	if got, err := none.Ignored(RequestOptions{Country: "DE"}); len(got) > 0 || err != nil {
		t.Errorf("no profile: %q, %v", got, err)
	}
	if got, err := new(Vendor).Ignored(false, map[string]string{"--country": "DE"}); len(got) > 0 || err != nil {
		t.Errorf("no request: %q, %v", got, err)
	}
}

// A name that is not there is told apart from a file in which there are none yet.
func TestAnUnknownProfileIsNamedBesideThoseThatAre(t *testing.T) {
	_, err := (&State{}).Profile("b")
	if keyOf(err) != "profile-unknown.none" {
		t.Errorf("in an empty file: %v", err)
	}
	_, err = (&State{Profiles: map[string]*Profile{"a": {}}}).Profile("b")
	if p := problem.Of(err); p.Key() != "profile-unknown" || p.Params["profiles"] != "a" {
		t.Errorf("beside another: %v", err)
	}
	if p, err := (&State{Profiles: map[string]*Profile{"a": {}}}).Profile("a"); p == nil || err != nil {
		t.Errorf("one that is there: %v", err)
	}
}

// A certificate that was damaged by hand is named by everything that reads it, and nothing changes.
func TestDamageIsNamedAndChangesNothing(t *testing.T) {
	a := newAuthority(t)
	year := now.AddDate(1, 0, 0)
	profile := func(name string) func(*State) {
		return func(s *State) { s.Profiles[name].Certificate.PEM = "hello" }
	}
	vendor := func(s *State) { s.Vendor.Identities[0].PEM = "hello" }
	past := func(s *State) {
		s.Profiles["a"].History = append(s.Profiles["a"].History, Event{Action: Deleted, PEM: "hello"})
	}
	for name, row := range map[string]struct {
		damage func(*State)
		do     func(*State) error
	}{
		"items":                   {profile("b"), func(s *State) error { _, err := s.Items(a.terms()); return err }},
		"items of a vendor":       {vendor, func(s *State) error { _, err := s.Items(a.terms()); return err }},
		"an item":                 {profile("b"), func(s *State) error { _, err := s.ItemOf("a", a.terms()); return err }},
		"an item beside a vendor": {vendor, func(s *State) error { _, err := s.ItemOf("a", a.terms()); return err }},
		"who is due":              {profile("b"), func(s *State) error { _, err := s.Due(a.terms()); return err }},
		"a topic":                 {profile("a"), func(s *State) error { _, err := s.Profiles["a"].KnownTopic("a"); return err }},
		"a deletion":              {profile("a"), func(s *State) error { return s.Delete("a", "", false, now) }},
		"a rollback": {profile("a"), func(s *State) error {
			_, err := s.Rollback(RollbackOptions{Terms: a.terms(), Profile: "a"})
			return err
		}},
		"a rollback to the damage": {past, func(s *State) error {
			_, err := s.Rollback(RollbackOptions{Terms: a.terms(), Profile: "a"})
			return err
		}},
		"an import": {profile("a"), func(s *State) error {
			_, err := s.Import(Candidate{Certificate: a.issue(t, 2, topicA, year)}, ImportOptions{Terms: a.terms(), Profile: "a"})
			return err
		}},
		"an import beside it": {profile("b"), func(s *State) error {
			_, err := s.Import(Candidate{Certificate: a.issue(t, 2, topicA, year)}, ImportOptions{Terms: a.terms(), Profile: "a"})
			return err
		}},
		"a profile that moves in": {profile("b"), func(s *State) error {
			_, err := s.Adopt(&Profile{}, AdoptOptions{Terms: a.terms(), Profile: "new"})
			return err
		}},
		"one that moves onto it": {profile("b"), func(s *State) error {
			_, err := s.Adopt(&Profile{Certificate: &Held{PEM: string(a.issue(t, 3, topicB, year).PEM())}}, AdoptOptions{Terms: a.terms(), Profile: "b"})
			return err
		}},
		"one that is damaged itself": {func(*State) {}, func(s *State) error {
			_, err := s.Adopt(&Profile{Certificate: &Held{PEM: "hello"}}, AdoptOptions{Terms: a.terms(), Profile: "new"})
			return err
		}},
		"a vendor's import": {vendor, func(s *State) error {
			_, _, err := s.Vendor.Import(VendorImport{Certificate: a.vendor(t, 5, year), Key: new(sealed(t, 5))}, a.terms())
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := renewable(t, a)
			s.Profiles["b"] = &Profile{Certificate: &Held{PEM: string(a.issue(t, 3, topicB, year).PEM()), Key: new(sealed(t, 3))}}
			importVendor(t, s, a, 4, year)
			row.damage(s)
			before := snapshot(t, s)
			if err := row.do(s); keyOf(err) != "state-damaged.certificate" {
				t.Errorf("%v", err)
			}
			if snapshot(t, s) != before {
				t.Error("the state changed")
			}
		})
	}
}

// A profile without a certificate says what it waits for, and a key beside another's certificate is noticed.
func TestWhatAnItemLacks(t *testing.T) {
	a := newAuthority(t)
	c := string(a.issue(t, 1, topicA, now.AddDate(1, 0, 0)).PEM())
	for name, row := range map[string]struct {
		p    *Profile
		want problem.Code
		key  string
	}{
		"nothing known":      {&Profile{}, problem.CertificateMissing, "certificate-missing"},
		"a topic known":      {&Profile{ExpectTopic: topicB}, problem.CertificateMissing, "certificate-missing.known"},
		"a request out":      {&Profile{ExpectTopic: topicB, Pending: []Pending{{Key: sealed(t, 2), CreatedAt: now}}}, problem.CertificateMissing, "certificate-missing.pending.unsigned"},
		"a signed one out":   {&Profile{Pending: []Pending{{Key: sealed(t, 2), CreatedAt: now, VendorSerial: "1"}}}, problem.CertificateMissing, "certificate-missing.pending"},
		"one at a service":   {&Profile{Pending: []Pending{{Key: sealed(t, 2), CreatedAt: now, Exchange: &Exchange{}}}}, problem.CertificateMissing, "certificate-missing.pending.service"},
		"a stale CSR":        {&Profile{Pending: []Pending{{Key: sealed(t, 2), CreatedAt: now.AddDate(0, 0, -8)}}}, problem.RequestStale, "request-stale.unsigned"},
		"the key elsewhere":  {&Profile{Certificate: &Held{PEM: c}}, problem.KeyMissing, "key-missing.elsewhere"},
		"another's key":      {&Profile{Certificate: &Held{PEM: c, Key: new(sealed(t, 2))}}, problem.KeyMismatch, "key-mismatch.stored"},
		"no Apple Account":   {&Profile{Certificate: &Held{PEM: c, Key: new(sealed(t, 1))}}, problem.NoAppleAccount, "no-apple-account"},
		"nothing that hurts": {&Profile{AppleAccount: "a@example.com", Certificate: &Held{PEM: c, Key: new(sealed(t, 1))}}, "", ""},
	} {
		s := &State{Profiles: map[string]*Profile{"a": row.p}}
		i, err := s.ItemOf("a", a.terms())
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range i.Findings {
			if f.Code == row.want {
				got = keyOf(f.Err())
			}
		}
		if got != row.key || row.want == "" && len(i.Findings) > 0 {
			t.Errorf("%s: %q of %v, want %q", name, got, i.Findings, row.key)
		}
	}
	if _, err := (&State{}).ItemOf("a", a.terms()); codeOf(err) != problem.ProfileUnknown {
		t.Errorf("of nobody: %v", err)
	}
	if _, _, err := (&State{}).Note("a", MemoChange{}, "", now); codeOf(err) != problem.ProfileUnknown {
		t.Errorf("a memo of nobody: %v", err)
	}
}
