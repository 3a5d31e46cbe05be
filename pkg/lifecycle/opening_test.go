package lifecycle

import (
	"testing"
	"time"
)

func TestCheckOpening(t *testing.T) {
	s := &State{Version: Version, Profiles: map[string]*Profile{
		"acme": {ExpectTopic: topicA}, "fresh": {}, "none": {First: true}, "学校 1": {ExpectTopic: topicC}, "shared": {Shared: true},
	}}
	for name, tt := range map[string]struct {
		wish Opening
		want string // key of the sentence
	}{
		"a new name":                           {Opening{Profile: "other"}, ""},
		"a known name":                         {Opening{Profile: "acme"}, ""},
		"another case":                         {Opening{Profile: "ACME"}, "usage.profile-twin"},
		"full width":                           {Opening{Profile: "ａｃｍｅ"}, "usage.profile-twin"},
		"without its blank":                    {Opening{Profile: "学校1"}, "usage.profile-twin"},
		"another case, and no device":          {Opening{Profile: "ACME", First: true}, ""},
		"another case, and a topic of its own": {Opening{Profile: "ACME", ExpectTopic: topicB}, ""},
		"another case, and the other's topic":  {Opening{Profile: "ACME", ExpectTopic: topicA}, "duplicate-topic.expect"},
		"two answers":                          {Opening{Profile: "fresh", First: true, ExpectTopic: topicB}, "usage.exclusive"},
		"no device, but a topic is known":      {Opening{Profile: "acme", First: true}, "usage.first-known"},
		"no device, said again":                {Opening{Profile: "none", First: true}, ""},
		"another topic than before, corrected": {Opening{Profile: "acme", ExpectTopic: topicB}, ""},
		"a topic where no device was enrolled": {Opening{Profile: "none", ExpectTopic: topicB}, ""},
		"a topic that is another's":            {Opening{Profile: "fresh", ExpectTopic: topicA}, "duplicate-topic.expect"},
		"a topic that is shared by permission": {Opening{Profile: "shared", ExpectTopic: topicA}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := s.CheckOpening(tt.wish); err != nil {
				got = keyOf(err)
			}
			if got != tt.want {
				t.Errorf("refused with %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAStoredTopicCannotBeExpectedAway(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	if got := keyOf(s.CheckOpening(Opening{Profile: "a", ExpectTopic: topicB})); got != "topic-mismatch.expect" {
		t.Errorf("refused with %q", got)
	}
	if err := s.CheckOpening(Opening{Profile: "a", ExpectTopic: topicA}); err != nil {
		t.Errorf("its own topic: %v", err)
	}
}

func TestNearMisses(t *testing.T) {
	s := &State{Profiles: map[string]*Profile{"school1": {}, "acme": {}, "ab": {}}}
	for name, want := range map[string]string{
		"school2": "school1", "school": "school1", "shcool1": "school1", "school11": "school1", "xschool1": "school1",
		"acne": "acme", "amce": "acme", "acm": "acme",
		"school23": "", "acmeacme": "", "aa": "", "schoolx2": "", "caem": "", "school1": "",
	} {
		if got := s.NearMisses(name); got != want {
			t.Errorf("%s is near %q, want %q", name, got, want)
		}
	}
}

func TestDueIsWhoeverWaitsForACertificate(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a) // "a" has 40 days left
	s.Profiles["expected"] = &Profile{ExpectTopic: topicB}
	s.Profiles["refused"] = &Profile{Refused: &Refused{Topic: topicC}}
	s.Profiles["new"] = &Profile{}
	s.Profiles["deleted"] = &Profile{History: []Event{{Action: Deleted, Topic: topicD}}}
	due, err := s.Due(a.terms())
	if err != nil || list(due) != "a, expected, refused" {
		t.Errorf("%q, %v", due, err)
	}
}

func TestRoute(t *testing.T) {
	a := newAuthority(t)
	vendorUntil := func(end time.Time) Vendor {
		return Vendor{Identities: []VendorIdentity{{PEM: string(a.vendor(t, 4, end).PEM())}}}
	}
	watched := &Profile{Certificate: &Held{}}
	for name, tt := range map[string]struct {
		s    State
		want Route
	}{
		"a vendor of its own":                  {State{Vendor: vendorUntil(now.AddDate(1, 0, 0))}, RouteSign},
		"a vendor of its own that has expired": {State{Vendor: vendorUntil(now.AddDate(0, 0, -1))}, RouteVendor},
		"an outside vendor":                    {State{}, RouteUnsigned},
		"the key elsewhere":                    {State{Profiles: map[string]*Profile{"a": watched}}, RouteElsewhere},
		"the key lost, and a request of our own": {
			State{Profiles: map[string]*Profile{"a": {Certificate: &Held{}, Pending: []Pending{{}}}}}, RouteUnsigned,
		},
	} {
		if got := tt.s.Route("a", now); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// Only the profile that an import without a name made gives way, and only while nothing would go with it.
func TestGiveWay(t *testing.T) {
	refused := func(topic string) *Profile { return &Profile{Refused: &Refused{Topic: topic, SerialHex: "1"}} }
	with := func(change func(*Profile)) *Profile {
		p := refused(topicA)
		change(p)
		return p
	}
	for name, row := range map[string]struct {
		at   string
		p    *Profile
		by   string
		gave bool
	}{
		"a refused file alone": {DefaultProfile, refused(topicA), "acme", true},
		"another topic":        {DefaultProfile, refused(topicB), "acme", false},
		"its own import":       {DefaultProfile, refused(topicA), DefaultProfile, false},
		"one with a name":      {"school", refused(topicA), "acme", false},
		"nothing refused":      {DefaultProfile, &Profile{}, "acme", false},
		"a memo":               {DefaultProfile, with(func(p *Profile) { p.AppleAccount = "a@example.com" }), "acme", false},
		"a request":            {DefaultProfile, with(func(p *Profile) { p.Pending = []Pending{{CreatedAt: now}} }), "acme", false},
		"a history":            {DefaultProfile, with(func(p *Profile) { p.History = []Event{{At: now}} }), "acme", false},
		"a server":             {DefaultProfile, with(func(p *Profile) { p.Server = "intune" }), "acme", false},
	} {
		s := &State{Profiles: map[string]*Profile{row.at: row.p, "acme": {}}}
		if gave := s.giveWay(row.by, topicA); gave != row.gave || (s.Profiles[row.at] == nil) != row.gave {
			t.Errorf("%s: gave way: %v, and there are %d profiles", name, gave, len(s.Profiles))
		}
	}
}
