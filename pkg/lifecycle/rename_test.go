package lifecycle

import "testing"

func TestRename(t *testing.T) {
	a := newAuthority(t)
	for name, tt := range map[string]struct {
		from, to string
		want     string // key of the sentence
	}{
		"to another name":               {"a", "b", ""},
		"to itself but for its case":    {"a", "A", ""},
		"of nobody":                     {"nobody", "b", "profile-unknown"},
		"to nothing":                    {"a", "", "usage.name.profile"},
		"to more than a line":           {"a", "b\nc", "usage.name.profile"},
		"to the same":                   {"a", "a", "usage.rename-same"},
		"to another's":                  {"a", "acme", "usage.rename-taken"},
		"to another's but for its case": {"a", "ACME", "usage.rename-twin"},
	} {
		t.Run(name, func(t *testing.T) {
			s := renewable(t, a)
			s.Profiles["acme"] = &Profile{}
			p, before := s.Profiles["a"], snapshot(t, s)
			if got := keyOf(s.Rename(tt.from, tt.to, "x", now)); got != tt.want {
				t.Fatalf("refused with %q, want %q", got, tt.want)
			}
			if tt.want != "" {
				if snapshot(t, s) != before {
					t.Error("a refusal changed the state")
				}
				return
			}
			e := p.History[len(p.History)-1]
			if s.Profiles[tt.to] != p || s.Profiles["a"] != nil || e.Action != Renamed || e.Detail != "a" || e.By != "x" || e.Topic != topicA {
				t.Errorf("%v, recorded %+v", s.Names(), e)
			}
			if got := p.FormerName(); got != "a" {
				t.Errorf("was called %q", got)
			}
		})
	}
}

func TestFormerName(t *testing.T) {
	for want, p := range map[string]*Profile{
		"": {History: []Event{{Action: Registered, Detail: "x"}}},
		"second": {History: []Event{
			{Action: Renamed, Detail: "first"}, {Action: Renamed, Detail: "second"}, {Action: Noted, Detail: "remarks"},
		}},
	} {
		if got := p.FormerName(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := (*Profile)(nil).FormerName(); got != "" {
		t.Errorf("of no profile: %q", got)
	}
}

// A long list of names is cut: nobody reads a thousand.
func TestALongListIsCut(t *testing.T) {
	if got := list([]string{"1", "2", "3", "4", "5", "6", "7", "8"}); got != "1, 2, 3, 4, 5, 6, 7, 8" {
		t.Error(got)
	}
	if got := list([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}); got != "1, 2, 3, 4, 5, 6, 7, 8, …" {
		t.Error(got)
	}
}

// A profile is known by the same under any name, and not by that of another one which has its former name.
func TestOrigin(t *testing.T) {
	first, later := Event{At: now, Action: Registered, SHA256: "1"}, Event{At: now.AddDate(0, 1, 0), Action: Registered, SHA256: "1"}
	p := &Profile{History: []Event{{Action: Requested}, first, later}}
	origin := p.Origin("acme")
	p.History = append(p.History, Event{Action: Renamed, Detail: "acme"}, Event{Action: Renamed, Detail: "acme2"})
	if got := p.Origin("acme3"); got != origin {
		t.Errorf("%q under another name, %q before", got, origin)
	}
	for _, other := range []*Profile{{}, {History: []Event{later}}, {History: []Event{{At: now, Action: Registered, SHA256: "2"}}}} {
		if got := other.Origin("acme"); got == origin {
			t.Errorf("%v is known by the same", other.History)
		}
	}
}
