package state_test

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
	"go.yaml.in/yaml/v3"
)

func text(b testing.TB, n int) []byte {
	b.Helper()
	data, err := state.Encode(nil, fleet(n))
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func benchmarkUpdate(b *testing.B, profiles int) {
	b.Helper()
	store := stored(b, text(b, profiles))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		err := store.Update(b.Context(), func(s *lifecycle.State) error {
			i++
			s.Profiles["customer-00500"].Remarks = string(rune('a' + i%26))
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpdate1000Profiles(b *testing.B)  { benchmarkUpdate(b, 1000) }
func BenchmarkUpdate10000Profiles(b *testing.B) { benchmarkUpdate(b, 10000) }

func BenchmarkView10000Profiles(b *testing.B) {
	store := stored(b, text(b, 10000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.View(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// Each profile has keys and a topic of its own here, for those with the same are read too.
func BenchmarkViewOneOf10000Profiles(b *testing.B) {
	all := fleet(10000)
	for name, p := range all.Profiles {
		k := key()
		own := strings.ReplaceAll(name, "-", "") // as base64 has it
		k.Public = k.Public[len(own):] + own
		p.ExpectTopic, p.History[0].Topic = "com.apple.mgmt.External."+name, "com.apple.mgmt.External."+name
		p.Certificate, p.Pending = nil, []lifecycle.Pending{{Key: k, CSR: block("CERTIFICATE REQUEST", 1400), CreatedAt: at}}
	}
	data, err := state.Encode(nil, all)
	if err != nil {
		b.Fatal(err)
	}
	store := stored(b, data)
	b.ReportAllocs()
	for b.Loop() {
		if s, err := store.ViewOne(b.Context(), "customer-00500"); err != nil || len(s.Unread) < 9999 {
			b.Fatal("not one alone", err)
		}
	}
}

// BenchmarkPlainYAML10000Profiles is the measure to hold the others against: what
// yaml.v3 alone needs to load and save, with no comments kept and nothing checked.
func BenchmarkPlainYAML10000Profiles(b *testing.B) {
	data := text(b, 10000)
	b.ReportAllocs()
	for b.Loop() {
		var s lifecycle.State
		if err := yaml.Unmarshal(data, &s); err != nil {
			b.Fatal(err)
		}
		if _, err := yaml.Marshal(&s); err != nil {
			b.Fatal(err)
		}
	}
}
