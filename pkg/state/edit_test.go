package state_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/google/go-cmp/cmp"
)

const handwritten = `# top
version: 1

# who we are
settings:
  country: JP # two letters
  # the name on the invoice
  organization: 'Old'
sealing: {recipient: age1example} # do not touch

profiles:
  # first customer
  b:
    # memo
    remarks: |
      text
      # no comment
    email: b@example.com
  # blank line and comment follow

  # second customer
  a: {email: a@example.com}   # flow
  c: {remarks: ~, email: x}
# the end
`

// TestEncodeTouchesOnlyWhatChanged compares whole files: everything that was not
// changed must stand there byte for byte.
func TestEncodeTouchesOnlyWhatChanged(t *testing.T) {
	for _, row := range []struct {
		name     string
		change   func(*lifecycle.State)
		old, new []string // pairs of replacements
	}{
		{"nothing", func(*lifecycle.State) {}, nil, nil},
		{"one value", func(s *lifecycle.State) { s.Settings.Organization = "New" }, []string{"'Old'"}, []string{"New"}},
		{"a value with a comment", func(s *lifecycle.State) { s.Settings.Country = "NO" }, []string{"JP #"}, []string{"\"NO\" #"}},
		{"a value in flow style", func(s *lifecycle.State) { s.Profiles["a"].Email = "x" }, []string{"a@example.com}   #"}, []string{"x} #"}},
		{"lines with # in them", func(s *lifecycle.State) { s.Profiles["b"].Remarks = "new\n" }, []string{"      text\n      # no comment\n"}, []string{"      new\n"}},
		{"a key left open in flow style", func(s *lifecycle.State) { s.Profiles["c"].Email = "e" }, []string{"c: {remarks: ~, email: x}"}, []string{"c: {remarks: ~, email: e}"}},
		{"a new key in its place", func(s *lifecycle.State) { s.Settings.Email = "e" }, []string{"settings:\n"}, []string{"settings:\n  email: e\n"}},
		{"a new profile in its place", func(s *lifecycle.State) { s.Profiles["bb"] = &lifecycle.Profile{Shared: true} }, []string{"# flow\n"}, []string{"# flow\n  bb:\n    shared: true\n"}},
		{"two new profiles in one place", func(s *lifecycle.State) {
			s.Profiles["bb"], s.Profiles["bc"] = &lifecycle.Profile{Shared: true}, &lifecycle.Profile{Shared: true}
		}, []string{"# flow\n"}, []string{"# flow\n  bb:\n    shared: true\n  bc:\n    shared: true\n"}},
		{"a profile gone with its comment", func(s *lifecycle.State) { delete(s.Profiles, "a") }, []string{"  # second customer\n  a: {email: a@example.com}   # flow\n"}, []string{""}},
		{"a key gone", func(s *lifecycle.State) { s.Profiles["b"].Email = "" }, []string{"    email: b@example.com\n"}, []string{""}},
		{"two changes far apart", func(s *lifecycle.State) { s.TrustRoot, s.Profiles["b"].Email = "x", "new" }, []string{"\nprofiles:", "b@example.com"}, []string{"trust_root: x\n\nprofiles:", "new"}},
	} {
		for _, ending := range []string{"\n", "\r\n", ""} {
			old, want := handwritten, handwritten
			for i := range row.old {
				want = strings.Replace(want, row.old[i], row.new[i], 1)
			}
			if ending == "" {
				old, want = strings.TrimSuffix(old, "\n"), strings.TrimSuffix(want, "\n")
			}
			old = strings.ReplaceAll(old, "\n", ending+strings.Repeat("\n", 1-min(1, len(ending))))
			t.Run(row.name+strings.NewReplacer("\r", " cr", "\n", " lf").Replace(ending), func(t *testing.T) {
				s, err := state.Decode([]byte(old))
				if err != nil {
					t.Fatal(err)
				}
				row.change(s)
				got, err := state.Encode([]byte(old), s)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, strings.ReplaceAll(string(got), "\r\n", "\n")); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// TestEncodeOddLayouts makes many changes to files of unusual form: what is written
// must read back, and every comment must still be there.
func TestEncodeOddLayouts(t *testing.T) {
	files := seeds(t)
	files["json"] = []byte(`{"version": 1, "sealing": {"recipient": "x"}, "profiles": {"a": {"email": "e"}}}`)
	files["bom"] = []byte("\ufeffversion: 1\nprofiles: {}\n")
	files["foreign line ends"] = []byte("version: 1\r# mac\rsealing:\r  recipient: x\r")
	files["line separator"] = []byte("version: 1\nsettings:\n  organization: \"a\u2028b\"\n  email: en # x\n")
	files["directives"] = []byte("%YAML 1.1\n---\nversion: 1\nsettings:\n  email: en # x\n...\n")
	files["kept breaks"] = []byte("version: 1\nprofiles:\n  a:\n    remarks: |+\n      x\n\n\n  b: {}\n")
	files["a # ends a quote"] = []byte("version: 1\nprofiles:\n  b:\n    email: e\n    remarks: \"x\n      # y\"\n")
	files["indented"] = []byte("   # x\n   version: 1\n   profiles:\n      b:\n         email: e # y\n")
	changes := map[string]func(*lifecycle.State){
		"settings":    func(s *lifecycle.State) { s.Settings.Organization, s.Settings.WarnDays = "Other", nil },
		"sealing":     func(s *lifecycle.State) { s.Sealing.Recipients = []string{"one", "two"} },
		"vendor":      func(s *lifecycle.State) { s.Vendor.Keys = append(s.Vendor.Keys, key()) },
		"no profiles": func(s *lifecycle.State) { s.Profiles = nil },
		"new profile": func(s *lifecycle.State) {
			if s.Profiles == nil {
				s.Profiles = map[string]*lifecycle.Profile{}
			}
			s.Profiles["b2"] = profile()
		},
		"every profile": func(s *lifecycle.State) {
			for name, p := range s.Profiles {
				p.Remarks = "# new\n" + name
				p.History = append(p.History, lifecycle.Event{At: at, Action: lifecycle.Renewed})
			}
		},
	}
	for file, old := range files {
		for name, change := range changes {
			t.Run(file+" "+name, func(t *testing.T) {
				s, err := state.Decode(old)
				if err != nil {
					t.Fatal(err)
				}
				change(s)
				text, err := state.Encode(old, s)
				if err != nil {
					t.Fatal(err)
				}
				got, err := state.Decode(text)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(state.Canonical(s), got); diff != "" {
					t.Error(diff)
				}
				again, err := state.Encode(text, got)
				if err != nil || !bytes.Equal(text, again) {
					t.Errorf("writing it again changes it (%v)", err)
				}
			})
		}
	}
}

func TestEncodeKeepsComments(t *testing.T) {
	for _, text := range []string{string(seeds(t)["hand.yaml"]), "{version: 1, # one\n # two\n settings: {email: en}, # three\n}\n# four\n"} {
		s, err := state.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s.Settings.Email = "e@example.com"
		for _, p := range s.Profiles {
			p.Shared = true
			p.History = append(p.History, lifecycle.Event{At: at, Action: lifecycle.Renewed})
		}
		got, err := state.Encode([]byte(text), s)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for line := range strings.Lines(text) {
			if _, comment, ok := strings.Cut(line, "# "); ok {
				count++
				if n := strings.Count(string(got), "# "+strings.TrimSpace(comment)); n != 1 {
					t.Errorf("%q stands there %d times", strings.TrimSpace(comment), n)
				}
			}
		}
		if count < 4 {
			t.Fatalf("only %d comments in the test", count)
		}
		if t.Failed() {
			t.Logf("%s", got)
		}
	}
}

// TestEncodeLeavesTheRest: where little stays of an entry, or where the text ends without a line
// feed, all others keep even the spaces that yaml.v3 would not write.
func TestEncodeLeavesTheRest(t *testing.T) {
	const odd = "version:   1\nsealing: {recipient:   x}\n"
	for name, row := range map[string]struct {
		old, new string
		change   func(*lifecycle.State)
	}{
		"a profile emptied": {
			"profiles:\n  a:\n    email: e\n", "profiles:\n  a: {}\n",
			func(s *lifecycle.State) { s.Profiles["a"].Email = "" },
		},
		"an entry after the last line": {
			"trust_root:   x", "trust_root:   x\nprofiles:\n  a: {}\n",
			func(s *lifecycle.State) { s.Profiles = map[string]*lifecycle.Profile{"a": {}} },
		},
		"a comment of another margin": {
			"profiles:\n  a: {}\n # b\n  b: {}\n", "profiles:\n  a: {}\n # b\n",
			func(s *lifecycle.State) { delete(s.Profiles, "b") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := state.Decode([]byte(odd + row.old))
			if err != nil {
				t.Fatal(err)
			}
			row.change(s)
			got, err := state.Encode([]byte(odd+row.old), s)
			if diff := cmp.Diff(odd+row.new, string(got)); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}
