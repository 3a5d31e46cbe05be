package signing_test

import (
	"fmt"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// BenchmarkProfiles seals the keys of a file with 1,000 profiles, opens it and changes its
// passphrase, for both kinds of identities; the size of the file is told as file-KB.
func BenchmarkProfiles(b *testing.B) {
	const profiles = 1000
	for name, kind := range map[string]func([]byte, signing.Work) (lifecycle.Sealing, error){"x25519": signing.NewSealing, "hybrid": signing.NewHybridSealing} {
		s, err := kind(passphrase, cheap)
		if err != nil {
			b.Fatal(err)
		}
		st, key := &lifecycle.State{Version: lifecycle.Version, Sealing: s, Profiles: map[string]*lifecycle.Profile{}}, signer(b)
		fillAll := func() {
			for i := range profiles {
				sealed := sealTo(b, s, key)
				st.Profiles[fmt.Sprintf("customer-%d", i)] = &lifecycle.Profile{Keys: []lifecycle.Key{sealed}}
			}
		}
		b.Run(name+"/seal", func(b *testing.B) {
			for b.Loop() {
				fillAll()
			}
			text, err := state.Encode(nil, st)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(text))/1024, "file-KB")
		})
		b.Run(name+"/open", func(b *testing.B) {
			o := unlock(b, s, passphrase)
			for b.Loop() {
				each(b, st, func(k *lifecycle.Key) {
					if _, err := o.Open(*k); err != nil {
						b.Fatal(err)
					}
				})
			}
		})
		b.Run(name+"/passphrase", func(b *testing.B) {
			for b.Loop() {
				if err := change(st, unlock(b, st.Sealing, passphrase), passphrase); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWorkFactor is what it takes to open a file with a passphrase.
func BenchmarkWorkFactor(b *testing.B) {
	for factor := signing.Work(16); factor <= signing.MaxWorkFactor; factor++ {
		s, err := signing.NewSealing(passphrase, factor)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("2^%d", factor), func(b *testing.B) {
			for b.Loop() {
				unlock(b, s, passphrase)
			}
		})
	}
}
