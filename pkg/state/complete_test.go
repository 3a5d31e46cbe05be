package state_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// A file cut off inside a block is still YAML, and must be refused all the same: by
// readers, and by writers before they make it look whole.
func TestBlocksThatAreCutOffAreDamage(t *testing.T) {
	for _, end := range []string{"-----END AGE ENCRYPTED FILE-----", "-----END CERTIFICATE-----"} {
		t.Run(end, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "config.yaml")
			store := state.Open(name)
			if err := store.Create(t.Context(), fleet(2)); err != nil {
				t.Fatal(err)
			}
			whole, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			blocks := strings.Count(string(whole), end)
			if blocks == 0 {
				t.Fatal("the fixture has no such block")
			}
			for n := range blocks {
				damaged := cutBefore(whole, end, n)
				if err := os.WriteFile(name, damaged, 0o600); err != nil {
					t.Fatal(err)
				}
				_, err := store.View(t.Context())
				wantCode(t, err, "state-damaged.incomplete")
				err = store.Update(t.Context(), func(s *lifecycle.State) error { s.Settings.Country = "JP"; return nil })
				wantCode(t, err, "state-damaged.incomplete")
				if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, damaged) {
					t.Fatalf("the damaged file was touched: %v", err)
				}
			}
		})
	}
}

// With several profiles damaged the same one is named each time, the first by name.
func TestOfSeveralFaultsTheSameOneIsNamed(t *testing.T) {
	const end = "-----END CERTIFICATE-----"
	name := filepath.Join(t.TempDir(), "config.yaml")
	if err := state.Open(name).Create(t.Context(), fleet(5)); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	damaged := whole
	for range bytes.Count(whole, []byte(end)) {
		damaged = cutBefore(damaged, end, 0)
	}
	if err := os.WriteFile(name, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	named := map[string]int{}
	for range 100 {
		_, err := state.Open(name).View(t.Context())
		wantCode(t, err, "state-damaged.incomplete")
		named[err.Error()]++
	}
	if len(named) != 1 {
		t.Errorf("%d different faults are named: %v", len(named), named)
	}
}

// The issuers that came with a vendor's certificate are looked at like the certificate itself.
func TestACutChainOfTheVendorIsDamage(t *testing.T) {
	const whole = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
	for name, row := range map[string]struct{ pem, chain, want string }{
		"none":     {whole, "", ""},
		"whole":    {whole, whole, ""},
		"cut":      {whole, whole[:40], "state-damaged.incomplete"},
		"no block": {"", whole, "state-damaged.incomplete"},
	} {
		t.Run(name, func(t *testing.T) {
			s := fleet(1)
			s.Vendor.Identities = []lifecycle.VendorIdentity{{PEM: row.pem, Chain: row.chain, Key: key()}}
			text, err := state.Encode(nil, s)
			if err != nil {
				t.Fatal(err)
			}
			_, err = stored(t, text).View(t.Context())
			if row.want != "" {
				wantCode(t, err, row.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCutAuthoritiesAreDamage(t *testing.T) {
	const cut = "-----BEGIN CERTIFICATE-----\nAA==\n"
	for _, change := range []func(*lifecycle.State){
		func(s *lifecycle.State) { s.TrustRoot = cut },
		func(s *lifecycle.State) { s.Intermediates = cut },
	} {
		s := fleet(1)
		change(s)
		text, err := state.Encode(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		_, err = stored(t, text).View(t.Context())
		wantCode(t, err, "state-damaged.incomplete")
	}
}

// cutBefore leaves the line out that holds the n-th occurrence of mark.
func cutBefore(text []byte, mark string, n int) []byte {
	var out []string
	for line := range strings.SplitSeq(string(text), "\n") {
		if strings.Contains(line, mark) {
			if n--; n == -1 {
				continue
			}
		}
		out = append(out, line)
	}
	return []byte(strings.Join(out, "\n"))
}
