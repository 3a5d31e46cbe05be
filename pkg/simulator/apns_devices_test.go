package simulator

import (
	"testing"
	"time"
)

func TestSetDeviceRefusesWhatIsNoDevice(t *testing.T) {
	s := newAPNs(apnsConfig{Now: apnsSince})
	for _, test := range []struct {
		name, token string
		device      device
	}{
		{"no token", "", device{Topic: "a.b"}},
		{"odd token", "abc", device{Topic: "a.b"}},
		{"base64 token", "qrs=", device{Topic: "a.b"}},
		{"no topic", "aa", device{}},
		{"malformed topic", "aa", device{Topic: "a b"}},
		{"unknown state", "aa", device{Topic: "a.b", State: "dead"}},
	} {
		if err := s.setDevice(test.token, test.device); err == nil {
			t.Errorf("%s: accepted", test.name)
		}
	}
	if err := s.setDevice("AABB", device{Topic: "a.b", PushMagic: "m"}); err != nil {
		t.Fatal(err)
	}
	want := device{Topic: "a.b", PushMagic: "m", State: deviceActive}
	if got := s.devices(); len(got) != 1 || got["aabb"] != want {
		t.Errorf("got %+v", got)
	}
}

func TestSetDeviceRemembersWhenAStateBegan(t *testing.T) {
	now := apnsSince()
	s := newAPNs(apnsConfig{Now: func() time.Time { return now }})
	for _, step := range []struct {
		after time.Duration
		state string
		since time.Duration
	}{
		{time.Hour, deviceActive, time.Hour},
		{2 * time.Hour, deviceUnregistered, 2 * time.Hour},
		{3 * time.Hour, deviceUnregistered, 2 * time.Hour},
		{4 * time.Hour, deviceExpired, 4 * time.Hour},
	} {
		now = apnsSince().Add(step.after)
		if err := s.setDevice("aa", device{Topic: "a.b", State: step.state}); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.registry.find("aa"); !got.since.Equal(apnsSince().Add(step.since)) {
			t.Errorf("%s is so since %v", step.state, got.since)
		}
	}
}
