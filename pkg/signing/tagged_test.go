package signing_test

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"crypto/rand"
	"io"
	"strings"
	"testing"

	"filippo.io/age/armor"
	"filippo.io/age/plugin"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// TestTaggedRecipients: those of keys in hardware whose public half says all that is needed to seal
// (age1tag1…, age1tagpq1…) need no plugin before they are opened.
func TestTaggedRecipients(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	classic := member{recipient: "age1tag1qwe0kafsjrar4txm6heqnhpfuggzr0gvznz7fvygxrlq90u5mq2pysxtw6h"}
	if kind := signing.KindOf(classic.recipient); kind != signing.KindTagged {
		t.Errorf("a tagged recipient is %s", kind)
	}
	st := team(t, sealing(t), classic)
	opens(t, unlock(t, st.Sealing, passphrase), st, true)
	each(t, st, func(k *lifecycle.Key) {
		if !strings.Contains(headerOf(t, k.Sealed), "\n-> p256tag ") {
			t.Error("a key that is not sealed to it")
		}
	})

	hybrid, err := signing.NewHybridSealing(passphrase, cheap)
	if err != nil {
		t.Fatal(err)
	}
	quantum := taggedHybrid(t)
	wantCode(t, signing.CheckRecipient(hybrid, classic.recipient), "usage.recipient-hybrid-only")
	wantCode(t, signing.CheckRecipient(sealing(t), quantum.recipient), "usage.recipient-not-hybrid")
	wantCode(t, signing.CheckRecipient(sealing(t), classic.recipient[:40]), "usage.recipient-invalid")
	wantCode(t, signing.CheckRecipient(hybrid, quantum.recipient[:400]), "usage.recipient-invalid")
	st = team(t, hybrid, quantum)
	opens(t, unlock(t, st.Sealing, passphrase), st, true)
	each(t, st, func(k *lifecycle.Key) {
		if !strings.Contains(headerOf(t, k.Sealed), "\n-> mlkem768p256tag ") {
			t.Error("a key that is not sealed to it")
		}
	})
}

// taggedHybrid is the public half of a key of ML-KEM-768 and P-256.
func taggedHybrid(t *testing.T) member {
	t.Helper()
	pq, err := mlkem.GenerateKey768()
	if err != nil {
		t.Fatal(err)
	}
	classic, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return member{recipient: plugin.EncodeRecipient("tagpq", append(pq.EncapsulationKey().Bytes(), classic.PublicKey().Bytes()...))}
}

// headerOf is an age file without its armor, which begins with a line for each recipient.
func headerOf(t *testing.T, sealed string) string {
	t.Helper()
	file, err := io.ReadAll(armor.NewReader(strings.NewReader(sealed)))
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}
