package signing_test

import (
	"crypto/rsa"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// ownOf is the file's own identity, which somebody took out with the passphrase.
func ownOf(t *testing.T, s lifecycle.Sealing) member {
	t.Helper()
	id, err := age.NewScryptIdentity(string(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(s.Identity)), id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return member{s.Recipient, text}
}

// Whoever opens with the own identity in a file gave no passphrase: a new identity has none to be
// sealed with, and is never stored in clear instead.
func TestANewIdentityIsNeverInClearByAccident(t *testing.T) {
	a := ageMember(t)
	st := team(t, sealing(t), a)
	o := ownOf(t, st.Sealing).opener(t, st.Sealing)
	if !o.Vouches() {
		t.Fatal("it does not vouch")
	}
	kept, changed := *st, *st // an error leaves each half changed
	wantCode(t, keep(&kept, o), "passphrase-missing")
	wantCode(t, change(&changed, o, nil), "passphrase-missing")
	if kept.Sealing.UnsealedIdentity != "" || changed.Sealing.UnsealedIdentity != "" {
		t.Error("the identity lies in clear")
	}
}

func TestARecipientThatIsNoneIsNotAdded(t *testing.T) {
	st := team(t, sealing(t))
	wantCode(t, signing.AddRecipients(st, unlock(t, st.Sealing, passphrase), ageMember(t).recipient, "age1"), "usage.recipient-invalid")
	if len(st.Sealing.Recipients) > 0 {
		t.Error("half of them were added")
	}
}

// In a hybrid file a key that a member makes is for the owner and for them, as in others.
func TestAHybridMemberSealsToTheOwnerAndThemselves(t *testing.T) {
	s, err := signing.NewHybridSealing(passphrase, cheap)
	if err != nil {
		t.Fatal(err)
	}
	m, other := hybridMember(t), hybridMember(t)
	st := team(t, s, m, other)
	seal, err := m.opener(t, st.Sealing).To(st.Sealing, now)
	if err != nil {
		t.Fatal(err)
	}
	key, err := seal(signer(t))
	if err != nil || !key.Partly {
		t.Fatalf("%v, waits: %v", err, key.Partly)
	}
	for who, row := range map[string]struct {
		o    *signing.Opener
		want bool
	}{
		"the owner": {unlock(t, st.Sealing, passphrase), true}, "its maker": {m.opener(t, st.Sealing), true}, "another": {other.opener(t, st.Sealing), false},
	} {
		if _, err := row.o.Open(key); (err == nil) != row.want {
			t.Errorf("%s opens it: %v (%v)", who, err == nil, err)
		}
	}
}

// A machine without randomness makes no key, and says so.
func TestNoKeyWithoutRandomness(t *testing.T) {
	dry := errors.New("no randomness")
	generate := func() (*rsa.PrivateKey, error) { return nil, dry }
	seal, err := signing.To(sealing(t), now)
	if err != nil {
		t.Fatal(err)
	}
	if key, csr, err := seal.NewKey(generate, pushcert.Subject{}); !errors.Is(err, dry) || csr != nil || key.Sealed != "" {
		t.Errorf("a key: %v", err)
	}
	if e, err := seal.NewExchange(generate, now); !errors.Is(err, dry) || e != nil {
		t.Errorf("a key for an answer: %v", err)
	}
	if key, csr, err := seal.NewKey(pushcert.GenerateKey, pushcert.Subject{Country: "Japan"}); err == nil || csr != nil || key.Sealed != "" {
		t.Error("a key for a subject that is none")
	}
}
