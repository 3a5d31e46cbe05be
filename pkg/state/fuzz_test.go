package state_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeState: whatever the bytes, no panic and either a state or a problem of
// the file. A state that was read can be changed and written into those bytes, and
// reads back as what was meant.
func FuzzDecodeState(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	for _, seed := range []string{
		handwritten, "", "version: 1\n", "{version: 1}", "version: 1\nprofiles: {a: {remarks: \"x\n # y\"}}", "version: 1\nprofiles:\n  ? a\n  : {}\n",
		"version: 1\nprofiles:\n  a:\n    remarks: |+2\n       x\n\n  b: {}\n", "- 1\n", "%YAML 1.1\n---\nversion: 1\n...\n", "version: 1\n# a\r# b\n", "\ufeffversion: 1",
		"version: 1\ntrust_root: |\n  -----BEGIN X-----\n  AA\n  -----END X-----\n# x\n",
		"# a\nprofiles: # b\n  ? a\n  : remarks: >2\n      x\n       y\nversion: 1 ",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, same := state.ReadsAlike(data); !same {
			t.Fatal("read entry by entry, it is something else")
		}
		s, err := state.Decode(data)
		if err != nil {
			p, ok := errors.AsType[*problem.Error](err)
			if s != nil || !ok || p.Code.Exit() != problem.ExitState {
				t.Fatalf("state %v, error %v", s, err)
			}
			return
		}
		if s.Profiles == nil {
			s.Profiles = map[string]*lifecycle.Profile{}
		}
		for _, p := range s.Profiles {
			p.Shared = !p.Shared
		}
		s.Profiles["fuzz"] = &lifecycle.Profile{Remarks: "# a\n# b"}
		text, err := state.Encode(data, s)
		if err != nil {
			t.Fatal(err)
		}
		got, err := state.Decode(text)
		if diff := cmp.Diff(state.Canonical(s), got); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

// FuzzEncodeRoundTrip: any text as a name and as a value comes back as it was, from
// a fresh file and from one that was changed.
func FuzzEncodeRoundTrip(f *testing.F) {
	added := 0
	for _, seed := range seeds(f) {
		s, err := state.Decode(seed)
		if err != nil {
			f.Fatal(err)
		}
		for name, p := range s.Profiles {
			f.Add(name, p.Remarks, p.Email)
			added++
		}
	}
	if added == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, name, before, after string) {
		s := &lifecycle.State{Version: 1, Profiles: map[string]*lifecycle.Profile{name: {Remarks: before}, "other": {}}}
		var old []byte
		for _, remarks := range []string{before, after, before} {
			s.Profiles[name].Remarks = remarks
			text, err := state.Encode(old, s)
			if err != nil {
				return // no text at all, or no name
			}
			got, err := state.Decode(text)
			if diff := cmp.Diff(state.Canonical(s), got); err != nil || diff != "" {
				t.Fatal(err, diff)
			}
			old = text
		}
	})
}

// FuzzWhatIsWrittenOpens: whatever a person gives as name, value and certificate text, the
// store either refuses it and writes nothing, or opens again what it wrote.
func FuzzWhatIsWrittenOpens(f *testing.F) {
	pem := block("CERTIFICATE", 200)
	for _, seed := range []string{"", "x", "\t", "\xff", "\u2028", "a: b # c", pem, "Certificate:\n  Data:\n" + pem, pem + "more", " " + pem, "\n\n" + pem, strings.Repeat("x", 1<<20+1)} {
		f.Add("acme", seed, seed)
		f.Add(seed, "remarks", pem)
	}
	f.Fuzz(func(t *testing.T, name, remarks, chain string) {
		store := state.Open(filepath.Join(t.TempDir(), "config.yaml"))
		if err := store.Create(t.Context(), fleet(1)); err != nil {
			t.Fatal(err)
		}
		before := content(t, store.Path())
		var want *lifecycle.State
		err := store.Update(t.Context(), func(s *lifecycle.State) error {
			s.Profiles[name] = &lifecycle.Profile{Remarks: remarks}
			s.Vendor.Identities = []lifecycle.VendorIdentity{{PEM: pem, Chain: chain, Key: key()}}
			want = s
			return nil
		})
		if err != nil {
			if content(t, store.Path()) != before {
				t.Fatal("refused and written")
			}
			return
		}
		got, err := store.View(t.Context())
		if diff := cmp.Diff(state.Canonical(want), got); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}
