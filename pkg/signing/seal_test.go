package signing_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
	"golang.org/x/crypto/ssh"
)

var passphrase = []byte("a passphrase of the test")

// cheap is a work factor that costs nothing.
const cheap signing.Work = 4

func keep(st *lifecycle.State, o *signing.Opener, recipients ...string) error {
	return signing.KeepRecipients(st, o, recipients, cheap)
}

func change(st *lifecycle.State, o *signing.Opener, passphrase []byte) error {
	return signing.ChangePassphrase(st, o, passphrase, cheap)
}

func signer(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sealing(t testing.TB) lifecycle.Sealing {
	t.Helper()
	s, err := signing.NewSealing(passphrase, cheap)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sealTo(t testing.TB, s lifecycle.Sealing, k crypto.Signer) lifecycle.Key {
	t.Helper()
	seal, err := signing.To(s, now.Add(time.Nanosecond))
	if err != nil {
		t.Fatal(err)
	}
	key, err := seal(k)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func unlock(t testing.TB, s lifecycle.Sealing, passphrase []byte) *signing.Opener {
	t.Helper()
	o, err := signing.Unlock(s, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// sshIdentity is an SSH key pair: the private file, locked or not, and the public line.
func sshIdentity(t testing.TB, lock string) (file []byte, line string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if lock != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(lock))
	}
	if err != nil {
		t.Fatal(err)
	}
	sshPublic, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block), strings.TrimSpace(string(ssh.MarshalAuthorizedKey(sshPublic)))
}

func TestSealAndOpen(t *testing.T) {
	unsealed, err := signing.NewUnsealed()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]lifecycle.Sealing{"sealed": sealing(t), "in clear": unsealed} {
		t.Run(name, func(t *testing.T) {
			want := signer(t)
			k := sealTo(t, s, want)
			got, err := unlock(t, s, passphrase).Open(k)
			if err != nil || !want.Equal(got) {
				t.Fatalf("another key came back (%v)", err)
			}
			if !k.CreatedAt.Equal(now) || !strings.HasPrefix(k.Sealed, "-----BEGIN AGE ENCRYPTED FILE-----\n") {
				t.Errorf("key %v is dated or sealed otherwise", k.CreatedAt)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	s, other := sealing(t), sealing(t)
	o := unlock(t, s, passphrase)
	good := sealTo(t, s, signer(t))
	for _, row := range []struct {
		name string
		key  lifecycle.Key
		want string
	}{
		{"another public key", lifecycle.Key{Public: sealTo(t, s, signer(t)).Public, Sealed: good.Sealed}, "key-tampered"},
		{"no public key", lifecycle.Key{Sealed: good.Sealed}, "key-tampered"},
		{"sealed to somebody else", sealTo(t, other, signer(t)), "key-tampered.not-sealed-to-us"},
		{"a passphrase seal", lifecycle.Key{Sealed: s.Identity}, "key-tampered.not-sealed-to-us"},
		{"no seal", lifecycle.Key{Public: good.Public}, "state-damaged.sealed-key"},
		{"a seal cut short", lifecycle.Key{Public: good.Public, Sealed: good.Sealed[:len(good.Sealed)-60]}, "state-damaged.sealed-key"},
		{"a seal around something else", lifecycle.Key{Public: good.Public, Sealed: sealed(t, s.Recipient, []byte("x"))}, "key-tampered.not-a-key"},
		{"a seal around very much", lifecycle.Key{Public: good.Public, Sealed: sealed(t, s.Recipient, make([]byte, 1<<20))}, "state-damaged.sealed-key"},
	} {
		t.Run(row.name, func(t *testing.T) {
			k, err := o.Open(row.key)
			wantCode(t, err, row.want)
			if k != nil {
				t.Error("a key with an error")
			}
		})
	}
}

func sealed(t *testing.T, recipient string, secret []byte) string {
	t.Helper()
	r, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signing.SealBytes(secret, r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestNoPassphraseNeverMeansUnsealed(t *testing.T) {
	for _, empty := range [][]byte{nil, {}} {
		s, err := signing.NewSealing(empty, 0)
		wantCode(t, err, "passphrase-missing")
		if s.UnsealedIdentity != "" {
			t.Error("an identity in clear")
		}
		own := sealing(t)
		wantCode(t, change(&lifecycle.State{Sealing: own}, unlock(t, own, passphrase), empty), "passphrase-missing")
	}
}

func each(t testing.TB, st *lifecycle.State, visit func(*lifecycle.Key)) {
	t.Helper()
	if err := state.EachKey(st, func(k *lifecycle.Key) error { visit(k); return nil }); err != nil {
		t.Fatal(err)
	}
}

// wantCode fails unless err is the problem, "code" or "code.variant".
func wantCode(t testing.TB, err error, key string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", key)
	}
	if p := problem.Of(err); p.Key() != key {
		t.Fatalf("error is %v, want %s", err, key)
	}
}
