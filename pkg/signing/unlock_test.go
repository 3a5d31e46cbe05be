package signing_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age/armor"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

func TestUnlockRefuses(t *testing.T) {
	good, other := sealing(t), sealing(t)
	for _, row := range []struct {
		name       string
		change     func(*lifecycle.Sealing)
		passphrase string
		want       string
	}{
		{"no passphrase", func(*lifecycle.Sealing) {}, "", "passphrase-missing"},
		{"another passphrase", func(*lifecycle.Sealing) {}, "x", "passphrase-wrong"},
		{"no identity", func(s *lifecycle.Sealing) { s.Identity = "" }, "p", "state-damaged.sealing"},
		{"an identity that is no age file", func(s *lifecycle.Sealing) { s.Identity = "x" }, "p", "state-damaged.sealing"},
		{"an identity cut short", func(s *lifecycle.Sealing) { s.Identity = s.Identity[:200] }, "p", "state-damaged.sealing"},
		{"a seal to a key, not a passphrase", func(s *lifecycle.Sealing) { s.Identity = sealTo(t, good, signer(t)).Sealed }, "p", "state-damaged.sealing"},
		{"a hostile work factor", func(s *lifecycle.Sealing) { s.Identity = costly(t, s.Identity) }, "p", "state-damaged.sealing"},
		{"another recipient", func(s *lifecycle.Sealing) { s.Recipient = other.Recipient }, "", "key-tampered.recipient"},
		{"a clear identity that is none", func(s *lifecycle.Sealing) { s.UnsealedIdentity = "AGE-SECRET-KEY-1X" }, "p", "state-damaged.sealing"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, secret := good, []byte(row.passphrase)
			row.change(&s)
			if row.want == "key-tampered.recipient" {
				secret = passphrase
			}
			o, err := signing.Unlock(s, secret)
			wantCode(t, err, row.want)
			if o != nil || strings.Contains(err.Error(), "AGE-SECRET") {
				t.Errorf("opener %v, error %v", o, err)
			}
		})
	}
}

// costly raises the work factor that an age header asks for, beyond the limit.
func costly(t *testing.T, text string) string {
	t.Helper()
	file, err := io.ReadAll(armor.NewReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w := armor.NewWriter(&out)
	if _, err := w.Write(bytes.Replace(file, []byte(" 4\n"), fmt.Appendf(nil, " %d\n", signing.MaxWorkFactor+1), 1)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestUnlockWithRefuses(t *testing.T) {
	locked, _ := sshIdentity(t, "locked")
	for _, row := range []struct{ name, file, want string }{
		{"nothing", "", "usage.identity-invalid"},
		{"something else", "hello", "usage.identity-invalid"},
		{"a PEM of another kind", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", "usage.identity-invalid"},
		{"an encrypted age file", sealing(t).Identity, "passphrase-missing.identity"},
		{"a locked SSH key", string(locked), "passphrase-missing.identity.ssh"},
	} {
		t.Run(row.name, func(t *testing.T) {
			o, err := signing.UnlockWith(sealing(t), []byte(row.file), signing.Plugins{})
			wantCode(t, err, row.want)
			if o != nil {
				t.Error("an opener with an error")
			}
		})
	}
}

// TestWorkFactor: 2^16 is what unlocks within half a second and is still dear to guess
// at (BenchmarkWorkFactor measures it). Age armors its header, which says so in clear.
func TestWorkFactor(t *testing.T) {
	t.Parallel()
	s, err := signing.NewSealing(passphrase, 0)
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(armor.NewReader(strings.NewReader(s.Identity)))
	if err != nil || !regexp.MustCompile(`\n-> scrypt \S+ 16\n`).Match(file) {
		t.Errorf("another work factor (%v)", err)
	}
	unlock(t, s, passphrase)
}
