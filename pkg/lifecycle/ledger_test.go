package lifecycle

import (
	"fmt"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// ledgerState has a profile with a certificate and an open request, one that only waits, and one
// that is shared.
func ledgerState(t *testing.T, a *authority) *State {
	t.Helper()
	s := renewable(t, a) // "a": keys 1 and 2, topic A
	request(t, s, "b", 3, false)
	s.Profiles["c"] = &Profile{Shared: true, ExpectTopic: topicC}
	return s
}

// One import after the other does with a ledger what each does without, refusals and all.
func TestALedgerDecidesAsNoneDoes(t *testing.T) {
	a := newAuthority(t)
	year := now.AddDate(1, 0, 0)
	type step struct {
		c Candidate
		o ImportOptions
	}
	of := func(key int, topic string, end time.Time, o ImportOptions) step {
		o.Terms = a.terms()
		return step{Candidate{Certificate: a.issue(t, key, topic, end)}, o}
	}
	with := func(s step, key int) step { s.c.Key = new(sealed(t, key)); return s }
	same := of(2, topicA, year, ImportOptions{})
	steps := []step{
		of(4, topicB, year, ImportOptions{}), // nobody's
		of(3, topicA, year, ImportOptions{}), // b's key in a's row
		same,                                 // a's renewal, found by its key
		same,                                 // the same again
		of(5, topicA, year.AddDate(0, 0, 1), ImportOptions{}),                           // found by its topic, and without a key
		of(3, topicB, year, ImportOptions{}),                                            // b's first, found by its key
		of(1, topicB, year.AddDate(0, 0, 1), ImportOptions{Profile: "d"}),               // b's topic for another
		of(1, topicD, year, ImportOptions{Profile: "d"}),                                // a's key for another
		of(1, topicD, year, ImportOptions{Profile: "d", AllowShared: true}),             // which its owner allowed
		with(of(4, topicC, year, ImportOptions{}), 4),                                   // found by a topic that was expected
		of(2, topicD, year, ImportOptions{Profile: "a", AcceptTopic: topicD}),           // a goes over to another topic
		with(of(5, topicA, year.AddDate(0, 0, 2), ImportOptions{}), 5),                  // a's topic of before is known still
		of(4, topicC, year.AddDate(0, 0, 2), ImportOptions{}),                           // renewed with the key that came before
		with(of(5, topicB, year.AddDate(0, 0, 2), ImportOptions{}), 4),                  // another key in its file
		with(of(5, topicB, year.AddDate(0, 0, 2), ImportOptions{}), 5),                  // its own
		of(5, topicB, year.AddDate(0, 0, 3), ImportOptions{Profile: "a"}),               // b's for a
		of(5, topicC, year, ImportOptions{CertificateOnly: true}),                       // older, with b's key
		{Candidate{Certificate: a.vendor(t, 5, year)}, ImportOptions{Terms: a.terms()}}, // no push certificate
	}
	alone := ledgerState(t, a)
	many := alone.Apart()
	ledger, err := many.Ledger()
	if err != nil {
		t.Fatal(err)
	}
	taken, refused := 0, 0
	for i, step := range steps {
		want, wantErr := alone.Import(step.c, step.o)
		step.o.Ledger = ledger
		got, gotErr := many.Import(step.c, step.o)
		if fmt.Sprint(wantErr) != fmt.Sprint(gotErr) {
			t.Fatalf("step %d: %v with a ledger, %v without", i, gotErr, wantErr)
		}
		if wantErr != nil {
			refused++
			continue
		}
		taken++
		if got.Profile != want.Profile || got.Action != want.Action || got.Headline != want.Headline || fmt.Sprint(got.Findings) != fmt.Sprint(want.Findings) {
			t.Errorf("step %d: %+v with a ledger, %+v without", i, got, want)
		}
		if snapshot(t, many) != snapshot(t, alone) {
			t.Fatalf("step %d: the states differ:\n%s\n%s", i, snapshot(t, many), snapshot(t, alone))
		}
	}
	if taken < 7 || refused < 6 {
		t.Errorf("%d taken, %d refused", taken, refused)
	}
}

// A damaged certificate spoils a ledger before anything is imported by it.
func TestALedgerOfADamagedState(t *testing.T) {
	s := ledgerState(t, newAuthority(t))
	s.Profiles["b"].Certificate = &Held{PEM: "hello"}
	if _, err := s.Ledger(); keyOf(err) != "state-damaged.certificate" {
		t.Errorf("%v", err)
	}
}

func TestClaimant(t *testing.T) {
	a := newAuthority(t)
	s := ledgerState(t, a)
	s.Profiles["once"] = &Profile{ExpectTopic: topicD, History: []Event{{Action: Registered, Topic: topicB}, {Action: Deleted, Topic: topicB}}}
	l, err := s.Ledger()
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		c    *pushcert.Certificate
		want string
	}{
		"by key before topic":    {a.issue(t, 3, topicA, nextDay), "b"},
		"by topic":               {a.issue(t, 4, topicA, nextDay), "a"},
		"by an expected topic":   {a.issue(t, 4, topicC, nextDay), "c"},
		"by a topic of before":   {a.issue(t, 4, topicB, nextDay), ""},
		"by neither key nor any": {a.vendor(t, 4, nextDay), ""},
	} {
		if got, ok := l.Claimant(row.c); got != row.want || ok != (row.want != "") {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, row.want)
		}
	}
}

// Whatever is tried on a copy, the state itself stays.
func TestApart(t *testing.T) {
	a := newAuthority(t)
	s := ledgerState(t, a)
	s.Unread = []string{"u"}
	before := snapshot(t, s)
	c := s.Apart()
	if snapshot(t, c) != before {
		t.Fatal("the copy is another state")
	}
	year := now.AddDate(1, 0, 0)
	mustImport(t, c, Candidate{Certificate: a.issue(t, 2, topicA, year)}, ImportOptions{Terms: a.terms()})
	mustImport(t, c, Candidate{Certificate: a.issue(t, 3, topicB, year)}, ImportOptions{Terms: a.terms()})
	c.Profiles["a"].Certificate.Vendor = "other"
	c.Profiles["a"].archive(sealed(t, 5))
	c.Unread[0] = "v"
	if _, _, err := c.Note("c", MemoChange{Remarks: new("x")}, "", now); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete("b", "", true, now); err != nil {
		t.Fatal(err)
	}
	if snapshot(t, s) != before || s.Unread[0] != "u" {
		t.Error("an import that was tried changed the state")
	}
}

func TestRefuses(t *testing.T) {
	a := newAuthority(t)
	for name, row := range map[string]struct {
		end  time.Time
		want bool
	}{"a year": {now.AddDate(1, 0, 0), false}, "due soon": {nextDay, false}, "expired": {now.AddDate(0, 0, -1), true}} {
		c := a.issue(t, 1, topicA, row.end)
		if got := Refuses(pushcert.CheckPush(c, now, pushcert.DefaultPolicy(), a.trust)); got != row.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
