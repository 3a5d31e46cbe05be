package cli

import (
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// The password of a file is tried in both spellings too.
func TestAFilePasswordIsTriedInEverySpelling(t *testing.T) {
	for _, given := range []string{"Käse", "Ka\u0308se", "\ufeffKäse\r\n"} {
		env := testEnv(msg.English)
		file := filepath.Join(t.TempDir(), "key.p12")
		if err := os.WriteFile(file, lockedP12(t, "Ka\u0308se"), 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := env.ReadFile(file, secretFile(t, given, 0o600))
		if err != nil || len(read.Keys) != 1 || read.Keys[0].Signer == nil {
			t.Errorf("%q: %v", given, err)
		}
	}
}

// An answer of nothing ends the questions, as does the third that is wrong, and the first that is
// right. A file is asked once.
func TestHowOftenAPasswordIsAsked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.p12")
	if err := os.WriteFile(file, lockedP12(t, "right"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		tries int
		typed []string
		asked int
		code  problem.Code
	}{
		"right":          {MostTries, []string{"right"}, 1, ""},
		"wrong, right":   {MostTries, []string{"wrong", "right"}, 2, ""},
		"three wrong":    {MostTries, []string{"a", "b", "c", "right"}, 3, problem.PasswordWrong},
		"nothing":        {MostTries, []string{"", "right"}, 1, problem.PasswordWrong},
		"wrong, nothing": {MostTries, []string{"a", "", "right"}, 2, problem.PasswordWrong},
		"of a file":      {1, []string{"a", "right"}, 1, problem.PasswordWrong},
	} {
		asked := 0
		_, err := testEnv(msg.English).recognise(file, row.tries, func() ([]byte, error) {
			asked++
			return []byte(row.typed[asked-1]), nil
		})
		if asked != row.asked || (err == nil) != (row.code == "") || err != nil && problem.Of(err).Code != row.code {
			t.Errorf("%s: asked %d times, %v", name, asked, err)
		}
	}
}

// lockedP12 is a key with a certificate of its own.
func lockedP12(t *testing.T, password string) []byte {
	t.Helper()
	key := testkey.Nth(0)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	locked, err := pkcs12.Modern.Encode(key, certificate, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	return locked
}

func TestOpenSecretsAreRemarked(t *testing.T) {
	for mode, want := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true, 0o644: true} {
		env := testEnv(msg.English)
		streams, _, errs := term.Test()
		env.IO = streams
		if _, err := env.Secret(secretFile(t, "x", mode), "", ""); err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(errs.String(), "others on this machine"); told != want && state.ModesCount() {
			t.Errorf("%04o: told %v, want %v", mode, told, want)
		}
	}
}
