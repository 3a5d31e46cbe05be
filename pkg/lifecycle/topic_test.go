package lifecycle

import (
	"slices"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

const (
	topicC = "com.apple.mgmt.External.cccccccc-0000-4000-8000-000000000000"
	topicD = "com.apple.mgmt.External.dddddddd-0000-4000-8000-000000000000"
)

// What stands lower never overrides what stands higher, and each stands alone when those
// above it are taken away.
func TestKnownTopicGoesBySource(t *testing.T) {
	a := newAuthority(t)
	held := a.issue(t, 1, topicA, now.AddDate(1, 0, 0))
	p := &Profile{
		Certificate: &Held{PEM: string(held.PEM())},
		ExpectTopic: topicB,
		History:     []Event{{At: now, Action: Registered, Topic: topicC}, {At: now, Action: Deleted, Topic: topicC}},
		Refused:     &Refused{Topic: topicD},
	}
	for _, step := range []struct {
		want KnownTopic
		then func()
	}{
		{KnownTopic{topicA, TopicStored}, func() { p.Certificate = nil }},
		{KnownTopic{topicB, TopicExpected}, func() { p.ExpectTopic = "" }},
		{KnownTopic{topicC, TopicFormer}, func() { p.History = nil }},
		{KnownTopic{topicD, TopicRefused}, func() { p.Refused = nil }},
		{KnownTopic{}, func() {}},
	} {
		if got, err := p.KnownTopic("a"); got != step.want || err != nil {
			t.Errorf("%+v, %v; want %+v", got, err, step.want)
		}
		step.then()
	}
}

func TestEarlierTopicsAreTheWayBack(t *testing.T) {
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	p := &Profile{History: []Event{
		{At: day(0), Action: Requested},
		{At: day(1), Action: Registered, Topic: topicA},
		{At: day(2), Action: Renewed, Topic: topicA},
		{At: day(3), Action: Replaced, Topic: topicB},
		{At: day(4), Action: Deleted, Topic: topicB},
		{At: day(5), Action: Noted},
		{At: day(6), Action: Registered, Topic: topicC},
	}}
	wantEarlier(t, p, topicC, HeldTopic{Topic: topicB, Since: day(3), Until: day(4)}, HeldTopic{Topic: topicA, Since: day(1), Until: day(3)})
	if got := (&Profile{}).Earlier(""); got != nil {
		t.Errorf("a profile without history had %+v", got)
	}
}

// A topic that came and went while the profile had its present one before is no way back, however often
// it was swapped; the other way round the one that was there first is.
func TestATopicThatWasUndoneIsNoWayBack(t *testing.T) {
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	p := &Profile{History: []Event{
		{At: day(1), Action: Registered, Topic: topicA},
		{At: day(2), Action: Replaced, Topic: topicB},
		{At: day(3), Action: RolledBack, Topic: topicA},
	}}
	wantEarlier(t, p, topicA, HeldTopic{Topic: topicB, Since: day(2), Until: day(3), Undone: true})
	p.History = append(p.History, Event{At: day(4), Action: RolledBack, Topic: topicB})
	wantEarlier(t, p, topicB, HeldTopic{Topic: topicA, Since: day(1), Until: day(4)})
	p.History = append(p.History, Event{At: day(5), Action: Replaced, Topic: topicA})
	wantEarlier(t, p, topicA, HeldTopic{Topic: topicB, Since: day(2), Until: day(5), Undone: true})
	p.History = append(p.History, Event{At: day(6), Action: Replaced, Topic: topicC})
	wantEarlier(t, p, topicC, HeldTopic{Topic: topicA, Since: day(1), Until: day(6)}, HeldTopic{Topic: topicB, Since: day(2), Until: day(5)})
}

func wantEarlier(t *testing.T, p *Profile, known string, want ...HeldTopic) {
	t.Helper()
	if got := p.Earlier(known); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestRemember(t *testing.T) {
	a, stranger := newAuthority(t), newAuthorityWith(t, testKeys()[5])
	expired := now.AddDate(0, 0, -5)
	for name, tt := range map[string]struct {
		with func(*State, *ImportOptions)
		cert func() *pushcert.Certificate
		want bool
	}{
		"a file of which nothing is known":   {want: true},
		"of a profile with an open request":  {with: func(s *State, _ *ImportOptions) { request(t, s, "new", 2, false) }, want: true},
		"the topic that a person named":      {with: func(_ *State, o *ImportOptions) { o.ExpectTopic = topicA }, want: true},
		"another topic than a person named":  {with: func(_ *State, o *ImportOptions) { o.ExpectTopic = topicB }},
		"no device was ever enrolled":        {with: func(_ *State, o *ImportOptions) { o.First = true }},
		"so it was said before":              {with: func(s *State, _ *ImportOptions) { s.Profiles = map[string]*Profile{"new": {First: true}} }},
		"a topic is known already":           {with: func(s *State, _ *ImportOptions) { s.Profiles = map[string]*Profile{"new": {ExpectTopic: topicB}} }},
		"another profile waits for the same": {with: func(s *State, _ *ImportOptions) { s.Profiles = map[string]*Profile{"b": {ExpectTopic: topicA}} }},
		"another profile had it once": {with: func(s *State, _ *ImportOptions) {
			s.Profiles = map[string]*Profile{"b": {ExpectTopic: topicB, History: []Event{{Action: Registered, Topic: topicA}}}}
		}},
		"the key is another profile's": {with: func(s *State, _ *ImportOptions) { request(t, s, "b", 1, false) }},
		"nobody whom we trust made it": {with: func(_ *State, o *ImportOptions) { o.Trust = stranger.trust }},
		"it is a vendor's":             {cert: func() *pushcert.Certificate { return a.vendor(t, 1, expired) }},
		"it is of no MDM topic":        {cert: func() *pushcert.Certificate { return a.issue(t, 1, "com.example.app", expired) }},
		"no profile of several is meant": {with: func(s *State, o *ImportOptions) {
			s.Profiles = map[string]*Profile{"b": {First: true}, "c": {First: true}}
			o.Profile = ""
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := &State{Version: Version}, ImportOptions{Terms: a.terms(), Profile: "new"}
			if tt.with != nil {
				tt.with(s, &o)
			}
			c := a.issue(t, 1, topicA, expired)
			if tt.cert != nil {
				c = tt.cert()
			}
			before := snapshot(t, s)
			got, _ := s.Remember(c, o)
			if got != tt.want {
				t.Fatalf("remembered: %v", got)
			}
			if !got && snapshot(t, s) != before {
				t.Error("the state changed")
			}
			if got && (s.Profiles["new"].Refused.Topic != topicA || s.Profiles["new"].Refused.SerialHex != c.SerialHex()) {
				t.Errorf("remembered %+v", s.Profiles["new"].Refused)
			}
		})
	}
}

// A second refused file changes nothing, and an import clears what was remembered.
func TestTheFirstRefusedFileCountsUntilAnImport(t *testing.T) {
	a := newAuthority(t)
	s, o := &State{Version: Version}, ImportOptions{Terms: a.terms(), Profile: "a"}
	for _, topic := range []string{topicA, topicB} {
		if _, err := s.Remember(a.issue(t, 1, topic, now.AddDate(0, 0, -1)), o); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Profiles["a"].Refused.Topic; got != topicA {
		t.Errorf("remembers %s", got)
	}
	request(t, s, "a", 2, false)
	if _, err := s.Import(Candidate{Certificate: a.issue(t, 2, topicB, now.AddDate(1, 0, 0))}, o); codeOf(err) != problem.TopicMismatch {
		t.Errorf("another topic: %v", err)
	}
	out := mustImport(t, s, Candidate{Certificate: a.issue(t, 2, topicA, now.AddDate(1, 0, 0))}, o)
	if out.Headline != HeadlineKnownLate || s.Profiles["a"].Refused != nil {
		t.Errorf("headline %q, remembers %+v", out.Headline, s.Profiles["a"].Refused)
	}
}

func TestAcceptingATopicClearsWhatWasExpected(t *testing.T) {
	a := newAuthority(t)
	s := &State{Version: Version, Profiles: map[string]*Profile{"a": {ExpectTopic: topicA, Refused: &Refused{Topic: topicC}}}}
	request(t, s, "a", 1, false)
	o := ImportOptions{Terms: a.terms(), AcceptTopic: topicB}
	out := mustImport(t, s, Candidate{Certificate: a.issue(t, 1, topicB, now.AddDate(1, 0, 0))}, o)
	if p := s.Profiles["a"]; out.Headline != HeadlineReplaced || p.ExpectTopic != "" || p.Refused != nil {
		t.Errorf("%q, %+v", out.Headline, p)
	}
}
