package lifecycle

import "testing"

// What was told is remembered by subject and recipient, and of a rung the history tells once.
func TestRememberTold(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	of := Subject{Kind: KindPush, Profile: "a", Serial: "1"}
	if _, told := s.LowestTold(of, "x@example.com"); told {
		t.Error("told before anybody was")
	}
	happened := len(s.Profiles["a"].History)
	s.RememberTold(of, "x@example.com", 30, "cron", now)
	s.RememberTold(of, "y@example.com", 30, "cron", now)
	if n := len(s.Profiles["a"].History) - happened; n != 1 {
		t.Errorf("%d events of one rung", n)
	}
	s.RememberTold(of, "x@example.com", 7, "cron", nextDay)
	e := s.Profiles["a"].History[len(s.Profiles["a"].History)-1]
	if e.Action != Told || e.By != "cron" || !e.At.Equal(nextDay) || e.Topic != topicA || len(s.Profiles["a"].History) != happened+2 {
		t.Errorf("recorded %+v", e)
	}
	for _, row := range []struct {
		about     Subject
		recipient string
		rung      int
		told      bool
	}{
		{of, "x@example.com", 7, true},
		{of, "y@example.com", 30, true},
		{of, "z@example.com", 0, false},
		{Subject{Kind: KindPush, Profile: "a", Serial: "2"}, "x@example.com", 0, false},
		{Subject{Kind: KindRequest, Profile: "a", Serial: "1"}, "x@example.com", 0, false},
		{Subject{Kind: KindVendor, Serial: "1"}, "x@example.com", 0, false},
		{Subject{Kind: KindPush, Profile: "gone", Serial: "1"}, "x@example.com", 0, false},
	} {
		if rung, told := s.LowestTold(row.about, row.recipient); rung != row.rung || told != row.told {
			t.Errorf("%+v to %s: %d, %v", row.about, row.recipient, rung, told)
		}
	}
}

// Reminders do not fill the file: what is told passes, as other events that decide nothing.
func TestRemindersDoNotFillTheHistory(t *testing.T) {
	s := renewable(t, newAuthority(t))
	of := Subject{Kind: KindPush, Profile: "a", Serial: "1"}
	happened := len(s.Profiles["a"].History)
	for rung := 300; rung > 0; rung-- {
		s.RememberTold(of, "x@example.com", rung, "cron", now)
	}
	if n := len(s.Profiles["a"].History) - happened; n != mostPassing {
		t.Errorf("%d events of 300 reminders, want %d", n, mostPassing)
	}
}

// A request and what no profile has are remembered too, and are no event of a certificate.
func TestRememberToldOfWhatIsNoCertificate(t *testing.T) {
	s := renewable(t, newAuthority(t))
	happened := len(s.Profiles["a"].History)
	for _, about := range []Subject{
		{Kind: KindRequest, Profile: "a", Serial: "r"}, {Kind: KindVendor, Serial: "v"}, {Kind: KindADEToken, Name: "t", Serial: "e"},
	} {
		s.RememberTold(about, "x@example.com", 14, "cron", now)
		if rung, told := s.LowestTold(about, "x@example.com"); !told || rung != 14 {
			t.Errorf("%+v: %d, %v", about, rung, told)
		}
	}
	if n := len(s.Profiles["a"].History) - happened; n != 0 || len(s.Reminded) != 2 || len(s.Profiles["a"].Reminded) != 1 {
		t.Errorf("%d events, %v, %v", n, s.Reminded, s.Profiles["a"].Reminded)
	}
	s.RememberTold(Subject{Kind: KindPush, Profile: "gone"}, "x@example.com", 14, "cron", now) // deleted meanwhile
	if len(s.Reminded) != 2 || len(s.Profiles) != 1 {
		t.Error("a profile that is gone is remembered")
	}
	// One whose certificate is gone is told of nothing.
	s.Profiles["b"] = &Profile{}
	s.RememberTold(Subject{Kind: KindPush, Profile: "b"}, "x@example.com", 14, "cron", now)
	if len(s.Profiles["b"].History) != 0 {
		t.Error("an event of no certificate")
	}
}

// What was told of a former certificate is forgotten when that has run out for sure, and no earlier.
func TestWhatWasToldIsForgottenInTime(t *testing.T) {
	s := renewable(t, newAuthority(t))
	former, present := Subject{Kind: KindPush, Profile: "a", Serial: "former"}, Subject{Kind: KindPush, Profile: "a", Serial: "present"}
	s.RememberTold(former, "x@example.com", 7, "cron", now)
	s.RememberTold(present, "x@example.com", 30, "cron", now.Add(forgotten))
	if _, told := s.LowestTold(former, "x@example.com"); !told {
		t.Error("forgotten too early")
	}
	s.RememberTold(present, "x@example.com", 7, "cron", now.Add(forgotten+1))
	if _, told := s.LowestTold(former, "x@example.com"); told {
		t.Error("never forgotten")
	}
	if rung, told := s.LowestTold(present, "x@example.com"); !told || rung != 7 || len(s.Profiles["a"].Reminded) != 1 {
		t.Errorf("the present one: %d, %v", rung, told)
	}
}

func TestIsSealed(t *testing.T) {
	for text, want := range map[string]bool{
		"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n": true, "\n  -----BEGIN AGE ENCRYPTED FILE-----": true,
		"": false, "env:NAME": false, "-----BEGIN PRIVATE KEY-----": false, "x -----BEGIN AGE ENCRYPTED FILE-----": false,
	} {
		if got := IsSealed(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
