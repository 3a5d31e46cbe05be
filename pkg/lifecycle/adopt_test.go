package lifecycle

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// A profile that moves takes along what it knows of its topic, in the same order.
func TestAMovedProfileKnowsItsTopic(t *testing.T) {
	a := newAuthority(t)
	for name, tt := range map[string]struct {
		moved *Profile
		want  KnownTopic
	}{
		"stored":   {&Profile{Certificate: &Held{PEM: string(a.issue(t, 1, topicA, now.AddDate(1, 0, 0)).PEM())}, ExpectTopic: topicB}, KnownTopic{topicA, TopicStored}},
		"expired":  {&Profile{Certificate: &Held{PEM: string(a.issue(t, 1, topicA, now.AddDate(0, 0, -1)).PEM())}}, KnownTopic{topicA, TopicStored}},
		"expected": {&Profile{ExpectTopic: topicB, History: []Event{{Action: Deleted, Topic: topicA}}}, KnownTopic{topicB, TopicExpected}},
		"former":   {&Profile{History: []Event{{Action: Registered, Topic: topicA}, {Action: Deleted, Topic: topicA}}, Refused: &Refused{Topic: topicB}}, KnownTopic{topicA, TopicFormer}},
		"refused":  {&Profile{Refused: &Refused{Topic: topicB}}, KnownTopic{topicB, TopicRefused}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &State{Version: Version}
			if _, err := s.Adopt(tt.moved, AdoptOptions{Terms: a.terms(), Profile: "p", From: "q"}); err != nil {
				t.Fatal(err)
			}
			if known, err := s.Profiles["p"].KnownTopic("p"); err != nil || known != tt.want {
				t.Errorf("knows %+v (%v), want %+v", known, err, tt.want)
			}
		})
	}
}

func TestAdoptRefusesWhatIsAnothers(t *testing.T) {
	a, stranger := newAuthority(t), newAuthorityWith(t, testKeys()[5])
	held := func(by *authority, key int, topic string) *Profile {
		return &Profile{Certificate: &Held{PEM: string(by.issue(t, key, topic, now.AddDate(1, 0, 0)).PEM()), Key: new(sealed(t, key))}}
	}
	crossed := held(a, 1, topicB)
	crossed.Certificate.Key = new(sealed(t, 2))
	for name, tt := range map[string]struct {
		moved *Profile
		name  string
		want  problem.Code
	}{
		"the topic":                  {held(a, 1, topicA), "p", problem.DuplicateTopic},
		"the topic that is expected": {&Profile{ExpectTopic: topicA}, "p", problem.DuplicateTopic},
		"a key":                      {&Profile{Keys: []Key{sealed(t, 3)}}, "p", problem.KeyMismatch},
		"the name":                   {held(a, 1, topicB), "here", problem.Usage},
		"the name, but for its case": {held(a, 1, topicB), "HERE", problem.Usage},
		"no name at all":             {held(a, 1, topicB), "", problem.Usage},
		"a stranger's certificate":   {held(a, 1, topicB), "p", problem.IssuerNotApple},
		"another key":                {crossed, "p", problem.KeyMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			s := &State{Version: Version, Profiles: map[string]*Profile{"here": held(a, 3, topicA)}}
			before, terms := snapshot(t, s), a.terms()
			if tt.want == problem.IssuerNotApple {
				terms.Trust = stranger.trust
			}
			if _, err := s.Adopt(tt.moved, AdoptOptions{Terms: terms, Profile: tt.name}); codeOf(err) != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if snapshot(t, s) != before {
				t.Error("a refusal changed the state")
			}
		})
	}
}

// Taken in twice, a profile gives what is lacking, and no key is lost.
func TestAdoptAgainCompletes(t *testing.T) {
	a := newAuthority(t)
	c := string(a.issue(t, 1, topicA, now.AddDate(1, 0, 0)).PEM())
	s := &State{Version: Version, Profiles: map[string]*Profile{"p": {Certificate: &Held{PEM: c}}}}
	moved := &Profile{Certificate: &Held{PEM: c, Key: new(sealed(t, 1))}, Keys: []Key{sealed(t, 2)}}
	out, err := s.Adopt(moved, AdoptOptions{Terms: a.terms(), Profile: "p"})
	if err != nil || out.Action != "" || out.Headline != HeadlineCompleted {
		t.Fatalf("%+v (%v)", out, err)
	}
	if p := s.Profiles["p"]; p.Certificate.Key == nil || len(p.Keys) != 1 {
		t.Errorf("holds %+v", p)
	}
}
