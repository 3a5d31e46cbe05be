package state_test

import (
	"errors"
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
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !state.QuickIsTrue(data) {
			t.Fatal("the quick way reads something else")
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
