package state_test

import (
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/google/go-cmp/cmp"
)

const topic = "com.apple.mgmt.External.5f0c1b6e-0000-4000-8000-000000000001"

// beside is a file with the profile "mine", which has a topic and a key, and the profile other.
func beside(t *testing.T, other *lifecycle.Profile) string {
	t.Helper()
	s, k := fleet(3), key()
	k.Public = strings.Repeat("MIIC", 98)
	s.Profiles["mine"] = &lifecycle.Profile{ExpectTopic: topic, Keys: []lifecycle.Key{k}}
	s.Profiles["other"] = other
	text, err := state.Encode(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func viewOne(t *testing.T, text, name string) (*lifecycle.State, error) {
	t.Helper()
	return stored(t, []byte(text)).ViewOne(t.Context(), name)
}

// TestViewOne: of the others those are read that have something in common, and no more.
func TestViewOne(t *testing.T) {
	t.Parallel()
	same := key()
	same.Public = strings.Repeat("MIIC", 98)
	rows := map[string]struct {
		other *lifecycle.Profile
		read  bool
	}{
		"nothing in common":  {profile(), false},
		"the topic expected": {&lifecycle.Profile{ExpectTopic: topic}, true},
		"the topic refused":  {&lifecycle.Profile{Refused: &lifecycle.Refused{Topic: topic}}, true},
		"the topic held":     {&lifecycle.Profile{History: []lifecycle.Event{{Topic: topic}}}, true},
		"the key":            {&lifecycle.Profile{Keys: []lifecycle.Key{same}}, true},
		"an escape":          {&lifecycle.Profile{Remarks: "tab\there"}, true},
	}
	for before := range 60 { // each place in a line of base64, which breaks the topic somewhere
		der := strings.Repeat("x", before) + topic + "y"
		text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte(der)}))
		rows[fmt.Sprintf("the topic in a certificate after %d bytes", before)] = struct {
			other *lifecycle.Profile
			read  bool
		}{&lifecycle.Profile{Certificate: &lifecycle.Held{PEM: text}}, true}
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			text := beside(t, row.other)
			for _, ending := range []string{"\n", "\r\n"} {
				s, err := viewOne(t, strings.ReplaceAll(text, "\n", ending), "mine")
				if err != nil {
					t.Fatal(err)
				}
				whole, err := state.Decode([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if _, read := s.Profiles["other"]; read != row.read || slices.Contains(s.Unread, "other") == row.read {
					t.Errorf("read is %v, want %v; unread are %v", read, row.read, s.Unread)
				}
				if diff := cmp.Diff(whole.Names(), s.Names()); diff != "" {
					t.Error(diff)
				}
				for name, p := range s.Profiles {
					if diff := cmp.Diff(whole.Profiles[name], p); diff != "" {
						t.Error(diff)
					}
				}
				if diff := cmp.Diff(whole.Sealing, s.Sealing); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestViewOneOfNothing: a profile with no topic and no key is read all the same.
func TestViewOneOfNothing(t *testing.T) {
	s, err := viewOne(t, beside(t, &lifecycle.Profile{Remarks: "x"}), "other")
	if err != nil || s.Profiles["other"] == nil || len(s.Unread) != 4 {
		t.Errorf("%v (%v)", s, err)
	}
}

// TestViewOneReadsAll where it cannot leave anything out.
func TestViewOneReadsAll(t *testing.T) {
	text := beside(t, profile())
	for name, row := range map[string]struct{ text, profile string }{
		"no name":      {text, ""},
		"unknown":      {text, "nobody"},
		"another form": {"---\n" + text, "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := viewOne(t, row.text, row.profile)
			if err != nil || len(s.Profiles) != 5 || s.Unread != nil {
				t.Errorf("%d profiles, unread %v (%v)", len(s.Profiles), s.Unread, err)
			}
		})
	}
}

// TestDamageBesideOne: what is wrong with the file as a whole, with the profile itself or with one
// that is compared, is found; within one that is left unread it is by whoever looks at that,
// and by whoever writes.
func TestDamageBesideOne(t *testing.T) {
	common := &lifecycle.Profile{ExpectTopic: topic, Certificate: profile().Certificate}
	for name, row := range map[string]struct {
		other    *lifecycle.Profile
		old, new string // in the last place of the file
		one, all string
	}{
		"an unknown key":            {profile(), "  other:\n", "  other:\n    x: 1\n", "", "state-damaged.unknown-key"},
		"a certificate cut off":     {profile(), "pem: |\n        -----BEGIN", "pem: |\n        -----BEGUN", "", "state-damaged.incomplete"},
		"one that is compared":      {common, "pem: |\n        -----BEGIN", "pem: |\n        -----BEGUN", "state-damaged.incomplete", "state-damaged.incomplete"},
		"the profile itself":        {profile(), "    expect_topic", "    expected_topic", "state-damaged.unknown-key", "state-damaged.unknown-key"},
		"a name twice":              {profile(), "  other:\n", "  other:\n    shared: true\n  other:\n", "state-damaged.duplicate-key", "state-damaged.duplicate-key"},
		"the name itself twice":     {profile(), "  other:\n", "  mine:\n    shared: true\n  other:\n", "state-damaged.duplicate-key", "state-damaged.duplicate-key"},
		"an unknown key of the top": {profile(), "profiles:\n", "x: 1\nprofiles:\n", "state-damaged.unknown-key", "state-damaged.unknown-key"},
		"settings of another kind":  {profile(), "settings:\n", "settings:\n  warn_days: soon\n", "state-damaged.wrong-type", "state-damaged.wrong-type"},
		"sealing cut off":           {profile(), "    -----END AGE ENCRYPTED FILE-----\nprofiles", "profiles", "state-damaged.incomplete", "state-damaged.incomplete"},
		"a conflict":                {profile(), "  other:\n", "<<<<<<< HEAD\n  other:\n=======\n  another:\n>>>>>>> b\n", "state-damaged.conflict", "state-damaged.conflict"},
		"no text":                   {profile(), "version: 1\n", "version: 1 # \xff\n", "state-damaged.encoding", "state-damaged.encoding"},
		"a newer version":           {profile(), "version: 1\n", "version: 2\n", "state-newer", "state-newer"},
	} {
		t.Run(name, func(t *testing.T) {
			whole := beside(t, row.other)
			at := strings.LastIndex(whole, row.old)
			if at < 0 {
				t.Fatal("nothing was damaged")
			}
			text := whole[:at] + row.new + whole[at+len(row.old):]
			_, err := viewOne(t, text, "mine")
			if row.one == "" && err != nil {
				t.Error(err)
			} else if row.one != "" {
				wantCode(t, err, row.one)
			}
			store := stored(t, []byte(text))
			for _, err := range []error{
				func() error { _, err := store.View(t.Context()); return err }(),
				func() error { _, err := store.ViewOne(t.Context(), "other"); return err }(),
				store.Update(t.Context(), organization("x")),
			} {
				wantCode(t, err, row.all)
			}
			if content(t, store.Path()) != text {
				t.Error("the file was written")
			}
		})
	}
}
