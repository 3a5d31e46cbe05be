package lifecycle

import (
	"testing"
	"time"
)

// What passes is kept for a while, what decides the certificate for ever.
func TestTheHistoryDoesNotGrowForEver(t *testing.T) {
	p := &Profile{}
	p.Record(Event{Action: Registered, Topic: topicA})
	p.Record(Event{Action: Renamed, Detail: "old"})
	p.Record(Event{Action: Exported, Detail: "first"})
	for range mostPassing {
		p.Record(Event{Action: Exported, Topic: topicA})
		p.Record(Event{Action: Told})
		p.Record(Event{Action: Renewed, Topic: topicA})
	}
	count := map[Action]int{}
	for _, e := range p.History {
		count[e.Action]++
		if e.Detail == "first" {
			t.Error("the oldest export is kept")
		}
	}
	for action, want := range map[Action]int{Registered: 1, Renamed: 1, Exported: mostPassing, Told: mostPassing, Renewed: mostPassing} {
		if count[action] != want {
			t.Errorf("%d of %s, want %d", count[action], action, want)
		}
	}
}

// What does not settle the certificate says nothing of the devices' topic.
func TestOnlyACertificateTellsTheTopicOfBefore(t *testing.T) {
	p := &Profile{History: []Event{
		{Action: Registered, Topic: topicA}, {Action: Deleted, Topic: topicA}, {Action: Exported, Topic: topicB}, {Action: Told, Topic: topicB},
	}}
	if known, err := p.KnownTopic("p"); err != nil || known != (KnownTopic{topicA, TopicFormer}) {
		t.Errorf("knows %+v (%v)", known, err)
	}
}

func TestHappenedIsInTheOrderOfTime(t *testing.T) {
	at := func(n int, action Action) Event {
		return Event{At: now.Add(time.Duration(n) * time.Hour), Action: action}
	}
	s := &State{Profiles: map[string]*Profile{
		"b": {History: []Event{at(0, Requested), at(3, Registered)}},
		"a": {History: []Event{at(0, Requested), at(2, Noted)}},
	}}
	var got []string
	for _, h := range s.Happened("") {
		got = append(got, h.Profile+" "+string(h.Action))
	}
	want := []string{"a requested", "b requested", "a memo", "b registered"}
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	if one := s.Happened("b"); len(one) != 2 || one[1].Action != Registered {
		t.Errorf("of b alone: %+v", one)
	}
}

func TestAMemoTakesWhatCanBeTrue(t *testing.T) {
	for account, ok := range map[string]bool{
		"mdm@example.com": true, "+81 90 1234 5678": true, "+819012345678": true,
		"": false, "mdm": false, "mdm@example": false, "a b@example.com": false, "+12": false, "+81 x90 1234567": false,
	} {
		if err := CheckAccount(account); (err == nil) != ok {
			t.Errorf("%q: %v", account, err)
		}
	}
	day := func(ahead int) string { return now.AddDate(0, 0, ahead).Format(time.DateOnly) }
	for date, ok := range map[string]bool{day(0): true, day(-3000): true, day(3): false, "": false, "2026-02-30": false, "yesterday": false} {
		if err := CheckAcquired(date, now); (err == nil) != ok {
			t.Errorf("%q: %v", date, err)
		}
	}
}

func TestANoteSaysWhatChanged(t *testing.T) {
	s := &State{Profiles: map[string]*Profile{"p": {AppleAccount: "a@example.com", Remarks: "old"}}}
	if _, changed, err := s.Note("p", MemoChange{Remarks: new("old")}, "x", now); changed || err != nil || len(s.Profiles["p"].History) > 0 {
		t.Errorf("the same again: %v, %v", changed, err)
	}
	memo, changed, err := s.Note("p", MemoChange{Remarks: new("")}, "x", now)
	if err != nil || !changed || memo.Remarks != "" || memo.AppleAccount != "a@example.com" {
		t.Errorf("emptied: %+v, %v, %v", memo, changed, err)
	}
	if e := s.Profiles["p"].History; len(e) != 1 || e[0].Action != Noted || e[0].By != "x" || e[0].Detail != "remarks" {
		t.Errorf("recorded %+v", e)
	}
}
