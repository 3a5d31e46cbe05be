package remind

import (
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestWhoCannotBeTold(t *testing.T) {
	s := &lifecycle.State{Profiles: map[string]*lifecycle.Profile{
		"a": {Certificate: held(t, 1, began, 365)},
		"b": {Certificate: held(t, 2, began, 365), Notify: &lifecycle.ProfileNotify{To: []string{"own@example.com"}}},
		"c": {},
	}}
	for name, row := range map[string]struct {
		p   Policy
		why Reason
		all bool
	}{
		"nobody for one of two":  {Policy{HasMail: true}, NoRecipient, false},
		"nobody for the only":    {Policy{HasMail: true, Profile: "a"}, NoRecipient, true},
		"no server":              {Policy{To: []string{"x@example.com"}}, NoMailServer, true},
		"a webhook":              {Policy{Webhooks: []string{"chat"}, Profile: "a"}, "", false},
		"a webhook, no server":   {Policy{Webhooks: []string{"chat"}, Profile: "b"}, NoMailServer, true},
		"all":                    {Policy{To: []string{"x@example.com"}, HasMail: true}, "", false},
		"only these, no server":  {Policy{Only: []string{"x@example.com"}, Webhooks: []string{"chat"}}, NoMailServer, true},
		"only these":             {Policy{Only: []string{"x@example.com"}, HasMail: true}, "", false},
		"no certificate, nobody": {Policy{Profile: "c"}, "", false},
	} {
		plan, err := Make(s, row.p, began)
		if err != nil {
			t.Fatal(err)
		}
		if why, all := plan.Unreachable(); why != row.why || all != row.all {
			t.Errorf("%s: %q %v, want %q %v", name, why, all, row.why, row.all)
		}
	}
}

// A request is forgotten after a week, and told once, at the rung 0.
func TestAForgottenRequestIsTold(t *testing.T) {
	s := &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"a": {Pending: []lifecycle.Pending{{CreatedAt: began}}}}}
	p := Policy{To: []string{"x@example.com"}, HasMail: true, Ladder: Ladder{90, 7, 0}}
	told := 0
	for hour := range 60 * 24 {
		now := began.Add(time.Duration(hour) * time.Hour)
		plan, err := Make(s, p, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range plan.Due {
			if told++; hour != lifecycle.StaleAfterDays*24 || n.Kind != lifecycle.KindRequest || n.Rung != 0 {
				t.Errorf("after %d hours: %+v", hour, n)
			}
			n.Told(s, "", now)
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}

// What was told of earlier certificates is dropped when they are long gone, and of the present one
// nothing.
func TestTheMemoryDoesNotGrow(t *testing.T) {
	s := &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"a": {}}}
	p := Policy{To: []string{"x@example.com", "y@example.com"}, HasMail: true, Ladder: Ladder{30, 1, 0}}
	for year := range 20 {
		from := began.AddDate(year, 0, 0)
		s.Profiles["a"].Certificate = held(t, int64(year+1), from, 365)
		for day := range 366 {
			now := from.AddDate(0, 0, day)
			plan, err := Make(s, p, now)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range plan.Due {
				n.Told(s, "", now)
			}
		}
	}
	if got := len(s.Profiles["a"].Reminded); got < 2 || got > 4 {
		t.Errorf("%d entries after twenty years", got)
	}
	if got := len(s.Profiles["a"].History); got != 60 {
		t.Errorf("%d events, want three a year", got)
	}
}

// A server that is behind works until its certificate ends; one that differs does not now.
func TestServer(t *testing.T) {
	now := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	used := lifecycle.Used{SerialHex: "0A", NotAfter: now.AddDate(0, 0, 40)}
	for code, want := range map[problem.Code]int{problem.ServerBehind: 40, problem.ServerDiffers: 0} {
		if got := Server("acme", "mdm", used, problem.Found(code, problem.Warning, nil), now); got.DaysLeft != want || got.Kind != lifecycle.KindServer {
			t.Errorf("%s: %+v, want %d days", code, got, want)
		}
	}
	if got := Server("acme", "mdm", lifecycle.Used{}, problem.Found(problem.ServerBehind, problem.Warning, nil), now); got.DaysLeft != 0 {
		t.Errorf("a server without a certificate: %+v", got)
	}
}
