package apns

import (
	"testing"
	"time"
)

func TestSetDeviceRefusesWhatIsNoDevice(t *testing.T) {
	s := New(Config{Now: since})
	for _, test := range []struct {
		name, token string
		device      Device
	}{
		{"no token", "", Device{Topic: "a.b"}},
		{"odd token", "abc", Device{Topic: "a.b"}},
		{"base64 token", "qrs=", Device{Topic: "a.b"}},
		{"no topic", "aa", Device{}},
		{"malformed topic", "aa", Device{Topic: "a b"}},
		{"unknown state", "aa", Device{Topic: "a.b", State: "dead"}},
	} {
		if err := s.SetDevice(test.token, test.device); err == nil {
			t.Errorf("%s: accepted", test.name)
		}
	}
	if err := s.SetDevice("AABB", Device{Topic: "a.b", PushMagic: "m"}); err != nil {
		t.Fatal(err)
	}
	want := Device{Topic: "a.b", PushMagic: "m", State: deviceActive}
	if got := s.Devices(); len(got) != 1 || got["aabb"] != want {
		t.Errorf("got %+v", got)
	}
}

func TestSetDeviceRemembersWhenAStateBegan(t *testing.T) {
	now := since()
	s := New(Config{Now: func() time.Time { return now }})
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
		now = since().Add(step.after)
		if err := s.SetDevice("aa", Device{Topic: "a.b", State: step.state}); err != nil {
			t.Fatal(err)
		}
		if got, _ := s.registry.find("aa"); !got.since.Equal(since().Add(step.since)) {
			t.Errorf("%s is so since %v", step.state, got.since)
		}
	}
}

func TestRegistersNoMoreDevicesThanItsLimit(t *testing.T) {
	s := New(Config{Now: since, MaxDevices: 3})
	device := Device{Topic: "com.example.a"}
	for _, token := range []string{"aa", "bb", "cc"} {
		if err := s.SetDevice(token, device); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetDevice("dd", device); err == nil {
		t.Error("a fourth was taken")
	}
	if err := s.SetDevice("AA", Device{Topic: "com.example.a", State: deviceExpired}); err != nil {
		t.Errorf("one that is there cannot change: %v", err)
	}
	if got := len(s.Devices()); got != 3 {
		t.Errorf("%d devices", got)
	}
}
