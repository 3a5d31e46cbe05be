package sshage_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
	"github.com/apnsctl/apnsctl/pkg/signing/internal/sshage"
)

// Keys are made by OpenSSH, and age itself seals and opens with them.
func TestOpenSSHAndAgeAgree(t *testing.T) {
	t.Parallel()
	keygen, found := depth.Program(t, "ssh-keygen")
	if !found {
		return
	}
	for _, row := range []struct{ name, kind, form string }{
		{"Ed25519", "ed25519", "RFC4716"}, {"RSA", "rsa", "RFC4716"}, {"RSA in PKCS #1", "rsa", "PEM"}, {"RSA in PKCS #8", "rsa", "PKCS8"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			key := made(t, keygen, row.kind, row.form, "")
			id, err := sshage.ParseIdentity(content(t, key))
			if err != nil {
				t.Fatal(err)
			}
			recipient, err := sshage.ParseRecipient(string(content(t, key+".pub")))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := opened(seal(t, "a key", recipient), id); text != "a key" {
				t.Errorf("ours by ours: %v", err)
			}
			program, found := depth.Program(t, "age")
			if !found {
				return
			}
			if text, err := opened([]byte(run(t, program, "a key", "-R", key+".pub")), id); text != "a key" {
				t.Errorf("age's by ours: %v", err)
			}
			if text := run(t, program, string(seal(t, "a key", recipient)), "-d", "-i", key); text != "a key" {
				t.Errorf("ours by age: %q", text)
			}
		})
	}
	t.Run("encrypted", func(t *testing.T) {
		t.Parallel()
		for _, form := range []string{"RFC4716", "PEM", "PKCS8"} {
			key := made(t, keygen, "rsa", form, "locked")
			if _, err := sshage.ParseIdentity(content(t, key)); !errors.Is(err, sshkey.ErrEncrypted) {
				t.Errorf("%s: %v", form, err)
			}
		}
	})
	t.Run("another kind", func(t *testing.T) {
		t.Parallel()
		for _, form := range []string{"RFC4716", "PEM", "PKCS8"} {
			key := made(t, keygen, "ecdsa", form, "")
			for _, half := range []string{key, key + ".pub"} {
				if kind := sshage.ForeignKind(content(t, half)); kind != "ecdsa-sha2-nistp256" {
					t.Errorf("%s: %q", form, kind)
				}
			}
		}
	})
}

// made is the file of a private key that OpenSSH has made, beside that of the public one.
func made(t *testing.T, keygen, kind, form, lock string) string {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key")
	run(t, keygen, "", "-q", "-t", kind, "-m", form, "-N", lock, "-C", "test@example.com", "-f", key)
	return key
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func run(t *testing.T, program, input string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", program, args, err)
	}
	return string(out)
}
