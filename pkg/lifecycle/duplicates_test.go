package lifecycle

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Whose certificate it is comes before any guess, and no refusal names the profile that
// would refuse it in turn.
func TestForeign(t *testing.T) {
	a := newAuthority(t)
	year := now.AddDate(1, 0, 0)
	for name, tt := range map[string]struct {
		key     int
		topic   string
		profile string
		want    string // key of the sentence
		other   string
	}{
		"its own":                                {1, topicA, "a", "", ""},
		"its own, but Create was pressed":        {1, topicC, "a", "", ""},
		"nobody's":                               {5, topicC, "a", "", ""},
		"another's by topic":                     {5, topicB, "a", "duplicate-topic", "b"},
		"another's by topic and key":             {2, topicB, "a", "duplicate-topic", "b"},
		"another's by key":                       {3, topicC, "a", "key-mismatch.other-profile", "c"},
		"another's by key, with a strange topic": {2, topicC, "a", "key-mismatch.other-profile-topic", "b"},
		"our request in another's row":           {1, topicB, "a", "duplicate-topic.crossed", "b"},
		"another's request in our row":           {2, topicA, "a", "key-mismatch.crossed", "b"},
		"two others' crossed":                    {1, topicB, "c", "duplicate-topic.crossed", "b"},
		"of a name that is not there yet":        {1, topicA, "new", "duplicate-topic", "a"},
		"a topic that another had once":          {5, topicD, "a", "duplicate-topic", "b"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &State{Version: Version}
			for i, p := range []struct{ name, topic string }{{"a", topicA}, {"b", topicB}} {
				request(t, s, p.name, i+1, false)
				mustImport(t, s, Candidate{Certificate: a.issue(t, i+1, p.topic, year)}, ImportOptions{Terms: a.terms(), Profile: p.name})
			}
			request(t, s, "c", 3, false)
			s.Profiles["b"].History = append([]Event{{At: now.AddDate(-1, 0, 0), Action: Registered, Topic: topicD}}, s.Profiles["b"].History...)
			all, err := s.holders()
			if err != nil {
				t.Fatal(err)
			}
			found := all.foreign(a.issue(t, tt.key, tt.topic, year.AddDate(1, 0, 0)), tt.profile)
			if tt.want == "" {
				if len(found) > 0 {
					t.Errorf("found %v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Key() != tt.want || found[0].Params["other_profile"] != tt.other || found[0].Severity != problem.Critical {
				t.Errorf("found %+v, want %s of %s", found, tt.want, tt.other)
			}
		})
	}
}

func TestSharedProfilesAreForeignToNobody(t *testing.T) {
	a := newAuthority(t)
	s := &State{Version: Version}
	request(t, s, "a", 1, false)
	c := a.issue(t, 1, topicA, now.AddDate(1, 0, 0))
	mustImport(t, s, Candidate{Certificate: c}, ImportOptions{Terms: a.terms(), Profile: "a", AllowShared: true})
	all, err := s.holders()
	if err != nil {
		t.Fatal(err)
	}
	if found := all.foreign(c, "b"); problem.Has(found, problem.DuplicateCertificate) || problem.Has(found, problem.DuplicateTopic) {
		t.Errorf("found %v", found)
	}
}

// Two certificates of one topic are not one certificate, also where no more than their outline is kept.
func TestOutlinesTellCertificatesApart(t *testing.T) {
	a := newAuthority(t)
	first, second := a.issue(t, 1, topicA, now.AddDate(1, 0, 0)), a.issue(t, 2, topicA, now.AddDate(1, 0, 0))
	for name, row := range map[string]struct {
		of   *pushcert.Certificate
		want problem.Code
	}{
		"another of the topic": {second, problem.DuplicateTopic},
		"the same":             {first, problem.DuplicateCertificate},
	} {
		for _, outline := range []bool{false, true} {
			s := &State{Version: Version, Profiles: map[string]*Profile{
				"a": {Certificate: &Held{PEM: string(first.PEM())}}, "b": {Certificate: &Held{PEM: string(row.of.PEM())}},
			}}
			terms := a.terms()
			terms.Outline = outline
			items, err := s.Items(terms)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, item := range items {
				found = found || problem.Has(item.Findings, row.want)
			}
			if !found {
				t.Errorf("%s, outline %v: %s is not found", name, outline, row.want)
			}
		}
	}
}
