package sshkey_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
)

// Both halves of a key that others wrote are of its kind, open or under a passphrase. What can be read of it, and how it
// is sealed for, is held in package sshage of signing.
func TestKind(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for want, key := range map[string]any{
		sshkey.Ed25519: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), sshkey.RSA: testkey.Nth(0), "ecdsa-sha2-nistp521": ec,
	} {
		open, err := ssh.MarshalPrivateKey(key, "a test key")
		if err != nil {
			t.Fatal(err)
		}
		locked, err := ssh.MarshalPrivateKeyWithPassphrase(key, "a test key", []byte("locked"))
		if err != nil {
			t.Fatal(err)
		}
		signer, err := ssh.NewSignerFromKey(key)
		if err != nil {
			t.Fatal(err)
		}
		line := ssh.MarshalAuthorizedKey(signer.PublicKey())
		for form, file := range map[string][]byte{"public": line, "open": pem.EncodeToMemory(open), "locked": pem.EncodeToMemory(locked)} {
			if kind := sshkey.Kind(file); kind != want {
				t.Errorf("%s of %s is of kind %q", form, want, kind)
			}
		}
		if kind := sshkey.EnvelopeKind(locked.Bytes); kind != want {
			t.Errorf("the envelope of %s is of kind %q", want, kind)
		}
		if _, err := sshkey.ParsePrivate(pem.EncodeToMemory(locked)); !errors.Is(err, sshkey.ErrEncrypted) {
			t.Errorf("%s under a passphrase: %v", want, err)
		}
		public, err := sshkey.ParseLine(string(line))
		if err != nil || public.Kind != want || public.Ed25519 != nil != (want == sshkey.Ed25519) || public.RSA != nil != (want == sshkey.RSA) {
			t.Errorf("%s: %+v, %v", want, public, err)
		}
	}
	for _, nothing := range []string{"", "x", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"} {
		if kind := sshkey.Kind([]byte(nothing)); kind != "" {
			t.Errorf("%q is of kind %q", nothing, kind)
		}
	}
}
