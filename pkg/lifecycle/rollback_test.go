package lifecycle

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// renewedState is a profile "a" with the certificate of key 2, and before it that of key 1.
func renewedState(t *testing.T, a *authority) (s *State, o ImportOptions) {
	t.Helper()
	s, o = &State{Version: Version}, ImportOptions{Terms: a.terms(), Profile: "a"}
	for key := 1; key <= 2; key++ {
		request(t, s, "a", key, false)
		mustImport(t, s, Candidate{Certificate: a.issue(t, key, topicA, now.AddDate(0, key, 0))}, o)
	}
	return s, o
}

func TestRollbackFindsTheCertificateByItsNumber(t *testing.T) {
	a := newAuthority(t)
	s, _ := renewedState(t, a)
	c, err := s.Profiles["a"].PutAway("a", "")
	if err != nil {
		t.Fatal(err)
	}
	for text, ok := range map[string]bool{
		c.SerialHex(): true, strings.ToLower(c.SerialHex()): true, "00:" + c.SerialHex(): true, c.SerialDec(): true, "ffff": false, "x": false,
	} {
		if got, err := s.Profiles["a"].PutAway("a", text); (err == nil) != ok || ok && got.SHA256() != c.SHA256() {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A request that is out stays out: its certificate is still to come.
func TestRollbackLeavesRequestsOpen(t *testing.T) {
	a := newAuthority(t)
	s, o := renewedState(t, a)
	request(t, s, "a", 3, false)
	if _, err := s.Rollback(RollbackOptions{Terms: o.Terms, Profile: "a"}); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Profiles["a"].Pending); n != 1 {
		t.Errorf("%d requests are open", n)
	}
	mustImport(t, s, Candidate{Certificate: a.issue(t, 3, topicA, now.AddDate(1, 0, 0))}, o)
}

// The topic that a person named stands above that of the certificate that was deleted.
func TestRollbackGoesByTheTopicThatAPersonNamed(t *testing.T) {
	a := newAuthority(t)
	s, o := renewedState(t, a)
	if err := s.Delete("a", "", false, now); err != nil {
		t.Fatal(err)
	}
	s.Profiles["a"].ExpectTopic = topicB
	before := snapshot(t, s)
	if _, err := s.Rollback(RollbackOptions{Terms: o.Terms, Profile: "a"}); codeOf(err) != problem.TopicMismatch {
		t.Errorf("another topic than was named: %v", err)
	}
	if snapshot(t, s) != before {
		t.Error("a refused rollback changed the state")
	}
}

func TestRollbackRefusesWhatAnotherProfileHolds(t *testing.T) {
	a := newAuthority(t)
	s, o := renewedState(t, a)
	if err := s.Delete("a", "", false, now); err != nil {
		t.Fatal(err)
	}
	s.Profiles["b"] = &Profile{Certificate: &Held{PEM: string(a.issue(t, 4, topicA, now.AddDate(1, 0, 0)).PEM())}}
	if _, err := s.Rollback(RollbackOptions{Terms: o.Terms, Profile: "a"}); codeOf(err) != problem.DuplicateTopic {
		t.Errorf("a topic that stands in another profile: %v", err)
	}
}

func TestRollbackOfWhatHasExpiredOrIsWatched(t *testing.T) {
	a := newAuthority(t)
	s, o := renewedState(t, a)
	o.Now = now.AddDate(0, 1, 1) // the certificate of before has ended
	before := snapshot(t, s)
	if _, err := s.Rollback(RollbackOptions{Terms: o.Terms, Profile: "a"}); keyOf(err) != "expired.rollback" || snapshot(t, s) != before {
		t.Errorf("expired: %v", err)
	}
	s.Profiles["a"].Keys = nil // and its key is not here
	out, err := s.Rollback(RollbackOptions{Terms: o.Terms, Profile: "a", Force: true})
	if err != nil || !problem.Has(out.Findings, problem.Expired) || !problem.Has(out.Findings, problem.KeyMissing) || s.Profiles["a"].Certificate.Key != nil {
		t.Errorf("forced: %+v, %v", out, err)
	}
	if _, err := s.Rollback(RollbackOptions{Terms: o.Terms, Profile: "nobody"}); codeOf(err) != problem.ProfileUnknown {
		t.Errorf("of nobody: %v", err)
	}
}

// What a server uses that was put away by a rollback gives way to what came back; nothing else does.
func TestOnlyAfterARollbackAServersNewerCertificateGivesWay(t *testing.T) {
	a := newAuthority(t)
	s, o := renewedState(t, a)
	p := s.Profiles["a"]
	s.Servers, p.Server = map[string]*Server{"mdm": {Kind: "nanomdm"}}, "mdm"
	put, foreign := Used{Topic: topicA, NotAfter: now.AddDate(0, 2, 0)}, Used{Topic: topicA, NotAfter: now.AddDate(0, 3, 0)}
	check := func(name string, u Used, words string, gives bool) {
		t.Helper()
		found, err := s.CompareServer("a", u, now)
		if err != nil || keysOf(found) != words {
			t.Errorf("%s: %q (%v), want %q", name, keysOf(found), err, words)
		}
		if got, err := s.RolledBackFrom("a", u); err != nil || got != gives {
			t.Errorf("%s: %t (%v), want %t", name, got, err, gives)
		}
	}
	check("before", foreign, "server-ahead", false)
	if _, err := s.Rollback(RollbackOptions{Terms: o.Terms, Profile: "a"}); err != nil {
		t.Fatal(err)
	}
	check("the one that was put away", put, "server-ahead.rolled-back", true)
	check("another newer one", foreign, "server-ahead", false)
	s.Servers["mdm"].Kind = "zentral"
	check("where nothing can be handed over", put, "server-ahead.rolled-back.by-hand", true)
	s.Servers["mdm"].Kind = "fleet"
	check("whose key is here", put, "server-ahead.rolled-back.by-hand", true)
	if err := s.Delete("a", "", false, now); err != nil {
		t.Fatal(err)
	}
	mustImport(t, s, Candidate{Certificate: a.issue(t, 1, topicA, now.AddDate(0, 1, 0))}, o)
	check("brought back by a file", put, "server-ahead.former", false)
}
