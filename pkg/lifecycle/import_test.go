package lifecycle

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// renewable is a state whose profile "a" holds a certificate for key 1, topic A, with
// 40 days left, and has a request out with key 2.
func renewable(t *testing.T, a *authority) *State {
	t.Helper()
	s := &State{Version: Version}
	request(t, s, "a", 1, false)
	mustImport(t, s, Candidate{Certificate: a.issue(t, 1, topicA, now.AddDate(0, 0, 40))}, ImportOptions{Terms: a.terms()})
	request(t, s, "a", 2, false)
	return s
}

func mustImport(t *testing.T, s *State, c Candidate, o ImportOptions) *Outcome {
	t.Helper()
	out, err := s.Import(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func snapshot(t *testing.T, s *State) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Of several profiles none is taken for a certificate whose key and topic nobody has, and none is made.
func TestACertificateOfNobodyMakesNoProfile(t *testing.T) {
	a, s := newAuthority(t), &State{Version: Version}
	request(t, s, "a", 1, false)
	request(t, s, "b", 2, false)
	before := snapshot(t, s)
	o := ImportOptions{Terms: a.terms(), CertificateOnly: true}
	_, err := s.Import(Candidate{Certificate: a.issue(t, 3, topicA, now.AddDate(1, 0, 0))}, o)
	if got := keyOf(err); got != "usage.no-profile-matches" {
		t.Errorf("got %s", got)
	}
	if snapshot(t, s) != before {
		t.Error("the state has changed")
	}
}

func TestImport(t *testing.T) {
	a := newAuthority(t)
	year := now.AddDate(1, 0, 0)
	stranger := newAuthorityWith(t, testKeys()[5])
	for _, tt := range []struct {
		name   string
		key    int
		topic  string
		end    time.Time
		with   func(*testing.T, *Candidate, *ImportOptions)
		want   problem.Code
		action Action
		todo   []Todo
	}{
		{"the renewal", 2, topicA, year, nil, "", Renewed, []Todo{TodoUpload, TodoRestart, TodoPushOne}},
		{"a renewal with last year's key", 1, topicA, year, nil, "", Renewed, []Todo{TodoUpload, TodoRestart, TodoPushOne}},
		{"created in place of renewed", 2, topicB, year, nil, problem.TopicMismatch, "", nil},
		{"another account's, so another key too", 3, topicB, year, nil, problem.TopicMismatch, "", nil},
		{"another topic, typed in full", 2, topicB, year, func(_ *testing.T, _ *Candidate, o *ImportOptions) {
			o.AcceptTopic = topicB
		}, "", Replaced, []Todo{TodoUpload, TodoRestart, TodoPushOne, TodoReenroll}},
		{"another topic, and another one typed", 2, topicB, year, func(_ *testing.T, _ *Candidate, o *ImportOptions) {
			o.AcceptTopic = topicA
		}, problem.Usage, "", nil},
		{"a key that is not here", 3, topicA, year, nil, problem.KeyMissing, "", nil},
		{"a key that lives elsewhere", 3, topicA, year, func(_ *testing.T, _ *Candidate, o *ImportOptions) {
			o.CertificateOnly = true
		}, "", Renewed, []Todo{TodoHandOver}},
		{"its key in the same file", 3, topicA, year, func(t *testing.T, c *Candidate, _ *ImportOptions) {
			t.Helper()
			c.Key = new(sealed(t, 3))
		}, "", Renewed, []Todo{TodoUpload, TodoRestart, TodoPushOne}},
		{"another key in the same file", 3, topicA, year, func(t *testing.T, c *Candidate, _ *ImportOptions) {
			t.Helper()
			c.Key = new(sealed(t, 4))
		}, problem.KeyMismatch, "", nil},
		{"last year's file", 1, topicA, now.AddDate(0, 0, 30), nil, problem.OlderThanStored, "", nil},
		{"one that has expired", 2, topicA, now.AddDate(0, 0, -1), nil, problem.OlderThanStored, "", nil},
		{"due soon is better than none", 2, topicA, now.AddDate(0, 0, 41), nil, "", Renewed, []Todo{TodoUpload, TodoRestart, TodoPushOne}},
		{"another issuer", 2, topicA, year, func(_ *testing.T, _ *Candidate, o *ImportOptions) {
			o.Trust = stranger.trust
		}, problem.IssuerNotApple, "", nil},
		{"the vendor certificate", 2, "", year, func(t *testing.T, c *Candidate, _ *ImportOptions) {
			t.Helper()
			c.Certificate = a.vendor(t, 2, year)
		}, problem.WrongRole, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := renewable(t, a)
			c, o := Candidate{Certificate: a.issue(t, tt.key, tt.topic, tt.end)}, ImportOptions{Terms: a.terms()}
			if tt.with != nil {
				tt.with(t, &c, &o)
			}
			before := snapshot(t, s)
			out, err := s.Import(c, o)
			if got := codeOf(err); got != tt.want {
				t.Fatalf("code %q (%v), want %q", got, err, tt.want)
			}
			if err != nil {
				if snapshot(t, s) != before {
					t.Error("a refused import changed the state")
				}
				return
			}
			if out.Action != tt.action || !slices.Equal(out.Todo, tt.todo) {
				t.Errorf("did %q, left %q; want %q and %q", out.Action, out.Todo, tt.action, tt.todo)
			}
			if len(s.Profiles["a"].Pending) != 0 {
				t.Error("the import did not use the request up")
			}
		})
	}
}

// A certificate that is only watched (Intune, Jamf, Fleet) is gated like any other.
func TestAWatchedProfileIsRenewedAndGated(t *testing.T) {
	a := newAuthority(t)
	s := &State{Version: Version}
	watched := ImportOptions{Terms: a.terms(), Profile: "intune", CertificateOnly: true}
	mustImport(t, s, Candidate{Certificate: a.issue(t, 3, topicA, now.AddDate(0, 0, 40))}, watched)
	gate := ImportOptions{Terms: a.terms()}
	if out := mustImport(t, s, Candidate{Certificate: a.issue(t, 4, topicA, now.AddDate(1, 0, 0))}, gate); out.Action != Renewed {
		t.Errorf("did %q", out.Action)
	}
	if _, err := s.Import(Candidate{Certificate: a.issue(t, 4, topicB, now.AddDate(1, 0, 0))}, gate); codeOf(err) != problem.TopicMismatch {
		t.Errorf("another topic: %v", err)
	}
}

func TestImportNamesBothTopics(t *testing.T) {
	a := newAuthority(t)
	_, err := renewable(t, a).Import(Candidate{Certificate: a.issue(t, 2, topicB, nextDay)}, ImportOptions{Terms: a.terms()})
	p := problem.Of(err)
	if p.Params["topic"] != topicB || p.Params["stored_topic"] != topicA {
		t.Errorf("params %v", p.Params)
	}
}

func TestImportAgainChangesNothing(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	c := Candidate{Certificate: a.issue(t, 2, topicA, now.AddDate(1, 0, 0))}
	mustImport(t, s, c, ImportOptions{Terms: a.terms()})
	before := snapshot(t, s)
	if out := mustImport(t, s, c, ImportOptions{Terms: a.terms()}); out.Action != "" {
		t.Errorf("did %q", out.Action)
	}
	if snapshot(t, s) != before {
		t.Error("the state changed")
	}
}

func TestImportAfterExpiryAsksForASync(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	late := a.terms()
	late.Now = now.AddDate(0, 0, 41)
	out := mustImport(t, s, Candidate{Certificate: a.issue(t, 2, topicA, now.AddDate(1, 0, 0))}, ImportOptions{Terms: late})
	if !slices.Contains(out.Todo, TodoSyncAll) {
		t.Errorf("left to do: %q", out.Todo)
	}
}

// A request that was replaced by "csr --new-key" may still be answered: either
// certificate finds its own key, before and after the other was imported.
func TestEachCertificateFindsTheKeyOfItsOwnRequest(t *testing.T) {
	a := newAuthority(t)
	for _, order := range [][]int{{2, 3}, {3, 2}} {
		s := renewable(t, a)
		request(t, s, "a", 3, true)
		for i, key := range order {
			c := a.issue(t, key, topicA, now.AddDate(1, 0, 0).Add(time.Duration(i-1)*time.Hour))
			mustImport(t, s, Candidate{Certificate: c}, ImportOptions{Terms: a.terms()})
			if got := s.Profiles["a"].Certificate.Key; got == nil || got.Public != c.PublicKey() {
				t.Fatalf("order %v: the certificate for key %d has another key", order, key)
			}
		}
	}
}

func TestImportRefusesWhatAnotherProfileHolds(t *testing.T) {
	a := newAuthority(t)
	c := a.issue(t, 1, topicA, now.AddDate(1, 0, 0))
	other := a.issue(t, 4, topicA, now.AddDate(1, 0, 1))
	for _, tt := range []struct {
		name    string
		c       *pushcert.Certificate
		allowed bool
		want    problem.Code
	}{
		{"the same certificate", c, false, problem.DuplicateCertificate},
		{"the same topic", other, false, problem.DuplicateTopic},
		{"the same certificate, allowed", c, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &State{Version: Version}
			request(t, s, "a", 1, false)
			mustImport(t, s, Candidate{Certificate: c}, ImportOptions{Terms: a.terms()})
			o := ImportOptions{Terms: a.terms(), Profile: "b", AllowShared: tt.allowed, CertificateOnly: true}
			if _, err := s.Import(Candidate{Certificate: tt.c}, o); codeOf(err) != tt.want {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if !tt.allowed {
				return
			}
			items, err := s.Items(a.terms())
			if err != nil || len(items) != 2 {
				t.Fatalf("%d items, %v", len(items), err)
			}
			for _, i := range items { // what was allowed is no fault of either
				if problem.Has(i.Findings, problem.DuplicateCertificate) {
					t.Errorf("%s: %v", i.Profile, i.Findings)
				}
			}
		})
	}
}

func TestTarget(t *testing.T) {
	a := newAuthority(t)
	s := &State{Version: Version}
	request(t, s, "a", 1, false)
	mustImport(t, s, Candidate{Certificate: a.issue(t, 1, topicA, nextDay)}, ImportOptions{Terms: a.terms()})
	request(t, s, "b", 2, false)
	for _, tt := range []struct {
		name  string
		named string
		c     *pushcert.Certificate
		want  string
		code  problem.Code
	}{
		{"by name before all", "b", a.issue(t, 1, topicA, nextDay), "b", ""},
		{"by key", "", a.issue(t, 2, topicA, nextDay), "b", ""},
		{"by topic", "", a.issue(t, 3, topicA, nextDay), "a", ""},
		{"neither", "", a.issue(t, 3, topicB, nextDay), "", problem.Usage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := s.Target(tt.c, tt.named)
			if got != tt.want || codeOf(err) != tt.code {
				t.Errorf("got %q, %v; want %q, %q", got, err, tt.want, tt.code)
			}
		})
	}
}
