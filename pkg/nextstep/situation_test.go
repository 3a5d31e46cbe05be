package nextstep

import (
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

var now = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)

func file(profiles map[string]*lifecycle.Profile) *lifecycle.State {
	return &lifecycle.State{Profiles: profiles}
}

func TestWay(t *testing.T) {
	yes, no := func() bool { return true }, func() bool { return false }
	held := map[string]*lifecycle.Profile{
		"keyed": {Certificate: &lifecycle.Held{PEM: "x", Key: &lifecycle.Key{}}},
		"alone": {Certificate: &lifecycle.Held{PEM: "x"}},
	}
	rehearsal := file(held)
	rehearsal.TrustRoot = "x"
	shared := file(held)
	shared.Sealing.Recipients = []string{"age1x"}
	out := map[string]*lifecycle.Profile{
		"signed": {Pending: []lifecycle.Pending{{}, {VendorSerial: "1"}}},
		"plain":  {Pending: []lifecycle.Pending{{VendorSerial: "1"}, {}}},
	}
	pending := file(nil)
	pending.Vendor.Pending = []lifecycle.Pending{{}}
	for _, row := range []struct {
		name   string
		s      Situation
		step   string
		params problem.Params
		want   string
	}{
		{"a request that is signed, and out", Situation{State: file(out)}, "signing", problem.Params{"profile": "signed"}, "out"},
		{"of one of several", Situation{State: file(out)}, "signing", problem.Params{"profile": Several}, "out"},
		{"one that nobody signed", Situation{State: file(out)}, "signing", problem.Params{"profile": "plain"}, "start"},
		{"none yet", Situation{}, "signing", problem.Params{"profile": "x"}, "start"},
		{"what nothing allows is not accepted", Situation{}, "accept", nil, ""},
		{"what is acceptable", Situation{}, "accept", problem.Params{"acceptable": "topic"}, "topic"},
		{"no file yet", Situation{FileThere: no, BackupServes: no}, "init", nil, "real"},
		{"no file, and a simulator's root", Situation{FileThere: no, BackupServes: no, OwnRoot: true}, "init", nil, "rehearsal"},
		{"no file, but its backup", Situation{FileThere: no, BackupServes: yes}, "init", nil, "copy"},
		{"nothing to begin with", Situation{FileThere: no, BackupServes: no}, "begin", nil, "real"},
		{"its backup to begin with", Situation{FileThere: no, BackupServes: yes}, "begin", nil, "copy"},
		{"a file that cannot be read", Situation{FileThere: yes}, "init", nil, ""},
		{"a backup", Situation{BackupServes: yes}, "backup", nil, "serves"},
		{"a backup that lacks a key", Situation{BackupServes: no}, "backup", nil, "lacks"},
		{"a file was pushed with", Situation{GivenFile: true}, "look", nil, "file"},
		{"what is stored was", Situation{}, "rejoin", nil, "stored"},
		{"refused", Situation{}, "register", problem.Params{"refused": "true"}, ""},
		{"with its key", Situation{State: file(nil)}, "register", problem.Params{"keyed": "true"}, "keyed"},
		{"without", Situation{State: file(nil)}, "register", problem.Params{"keyed": ""}, "alone"},
		{"of a simulator, beside a real file", Situation{State: file(nil), OwnRoot: true}, "register", problem.Params{"keyed": "true"}, "apart"},
		{"of a simulator, in its own file", Situation{State: rehearsal, OwnRoot: true}, "register", problem.Params{"keyed": "true"}, "keyed"},
		{"a vendor's, without its key", Situation{State: file(nil)}, "vendorimport", problem.Params{"keyed": ""}, ""},
		{"a vendor's, no file yet", Situation{}, "vendorimport", nil, "start"},
		{"a profile that is there", Situation{State: file(held)}, "card", problem.Params{"profile": "keyed"}, "there"},
		{"one of several", Situation{State: file(held)}, "card", problem.Params{"profile": Several}, "there"},
		{"a profile that is not", Situation{State: file(held)}, "card", problem.Params{"profile": "x"}, "start"},
		{"an export", Situation{State: file(held)}, "export", problem.Params{"profile": "keyed"}, "there"},
		{"an export, the key elsewhere", Situation{State: file(held)}, "export", problem.Params{"profile": "alone"}, "elsewhere"},
		{"an export of nothing", Situation{}, "export", problem.Params{"profile": "x"}, "start"},
		{"a push in a rehearsal", Situation{State: rehearsal}, "push", nil, "rehearsal"},
		{"a push", Situation{State: file(nil)}, "push", nil, "real"},
		{"a command with blanks", Situation{}, "blanks", problem.Params{"command": "apnsctl push --endpoint URL"}, "simulator"},
		{"a command without any", Situation{}, "blanks", problem.Params{"command": "apnsctl push --endpoint https://127.0.0.1"}, ""},
		{"no vendor", Situation{State: file(nil)}, "newvendor", nil, ""},
		{"nobody signs here", Situation{State: file(nil)}, "signer", nil, "lacks"},
		{"a vendor to be", Situation{State: pending}, "vendoranew", nil, "own"},
		{"a vendor's file is wanted", Situation{State: file(nil), Wanted: "vendor-certificate"}, "vendoranew", nil, "own"},
		{"a customer", Situation{State: file(nil)}, "vendoranew", nil, "outside"},
		{"nothing to take along", Situation{State: file(held)}, "lost", nil, "none"},
		{"a certificate to take along", Situation{State: file(held)}, "lostexport", problem.Params{"profile": "keyed", "certificate": "f"}, "kept"},
		{"one whose key is elsewhere", Situation{State: file(held)}, "lostprofile", problem.Params{"profile": "alone", "certificate": "f"}, "elsewhere"},
		{"no certificate to export", Situation{State: file(held)}, "lostexport", problem.Params{"profile": "keyed"}, ""},
		{"nobody else opens the file", Situation{State: file(held)}, "shared", nil, ""},
		{"nobody else ever will", Situation{State: file(held)}, "losthow", nil, "alone"},
		{"others open the file", Situation{State: shared}, "shared", nil, "others"},
		{"none of them may be left", Situation{State: shared}, "losthow", nil, "shared"},
		{"a profile that they move", Situation{State: shared, Waits: func(*lifecycle.Profile) bool { return false }}, "sharedprofile", problem.Params{"moved": "f"}, "moved"},
		{"one with a key that waits", Situation{State: shared, Waits: func(p *lifecycle.Profile) bool { return p == held["keyed"] }}, "sharedprofile", problem.Params{"profile": "keyed", "moved": "f"}, "waits"},
		{"no profile that they move", Situation{State: shared}, "sharedprofile", nil, ""},
		{"a row whose account nobody noted", Situation{}, "lostrow", problem.Params{"topic": "x"}, "unknown"},
		{"back to an acceptable topic", Situation{}, "back", problem.Params{"acceptable": "topic"}, "accept"},
		{"back, nobody signs here", Situation{Now: now}, "back", nil, "unsigned"},
		{"the key is elsewhere", Situation{State: file(held), Now: now}, "renew", problem.Params{"profile": "alone"}, "elsewhere"},
		{"a topic that the profile does not know", Situation{Now: now}, "renew", problem.Params{"topic": "x"}, "new-unsigned"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.s.Way(row.step, row.params); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestProfile(t *testing.T) {
	one := file(map[string]*lifecycle.Profile{"school": {}})
	two := file(map[string]*lifecycle.Profile{"a": {}, "b": {ExpectTopic: "com.apple.mgmt.External.b"}})
	for _, row := range []struct {
		name  string
		s     Situation
		topic string
		want  string
	}{
		{"the one named", Situation{Named: "x", State: two}, "", "x"},
		{"nothing yet", Situation{}, "", lifecycle.DefaultProfile},
		{"the only one", Situation{State: one}, "", "school"},
		{"the only one, open for a topic", Situation{State: one}, "com.apple.mgmt.External.z", "school"},
		{"the one that knows the topic", Situation{State: two}, "com.apple.mgmt.External.b", "b"},
		{"one of several", Situation{State: two}, "", Several},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.s.Profile(row.topic); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestRounds(t *testing.T) {
	const topic = "com.apple.mgmt.External.00000000-0000-4000-8000-00000000000"
	held := func(n string, days int) *lifecycle.Held {
		return &lifecycle.Held{PEM: certificate(t, topic+n, now.AddDate(0, 0, days)), Key: &lifecycle.Key{}}
	}
	s := Situation{Now: now, State: file(map[string]*lifecycle.Profile{
		"a": {}, "b": {ExpectTopic: topic + "b", AppleAccount: "b@example.com"}, "c": {Certificate: held("c", 9)}, "d": {Certificate: held("d", -1)}, "e": {First: true},
	})}
	s.State.Settings.AppleAccount = "all@example.com"
	name := func(profile string) string { return "of-" + profile }
	given := problem.Params{"profile": "a"}
	if got := s.Rounds("lostvendor", given, name); len(got) != 1 || got[0]["profile"] != "a" {
		t.Errorf("of no profile: %v", got)
	}
	if got := (Situation{}).Rounds("lostprofile", given, name); len(got) != 1 || got[0]["profile"] != "a" {
		t.Errorf("of an empty file: %v", got)
	}
	all := problem.Params{}
	for i, want := range []struct{ way, request, row, text string }{
		{"topic", "unsigned", "", "-"},
		{"topic", "new-unsigned", "known", topic + "b-b@example.com"},
		{"kept", "unsigned", "known", topic + "c-all@example.com"},
		{"topic", "new-unsigned", "known", topic + "d-all@example.com"},
		{"topic", "first-unsigned", "", "-"},
	} {
		of := s.Rounds("lostprofile", given, name)[i]
		if way, request, row := s.Way("lostprofile", of), s.Way("lostrequest", of), s.Way("lostrow", of); way != want.way || request != want.request || row != want.row {
			t.Errorf("%s: %q, %q, %q", of["profile"], way, request, row)
		}
		if of["moved"] != "of-"+of["profile"]+"-moved.pem" || of["certificate"] != "" && of["certificate"] != "of-"+of["profile"]+"-kept.pem" {
			t.Errorf("%s: %v", of["profile"], of)
		}
		text := Numbered("{topic}-{signed_in}", of, all)
		if want.row != "" && strings.NewReplacer("{topic."+of["round"]+"}", all["topic."+of["round"]], "{signed_in."+of["round"]+"}", all["signed_in."+of["round"]]).Replace(text) != want.text {
			t.Errorf("%s: %q of %v", of["profile"], text, all)
		}
	}
	if s.Way("lost", given) != "kept" || (Situation{State: file(map[string]*lifecycle.Profile{"a": {}})}).Way("lost", given) != "none" {
		t.Error("what is kept is told by the topics")
	}
	if text := Numbered("{profile}", given, given); text != "{profile}" {
		t.Errorf("of no round: %q", text)
	}
}
