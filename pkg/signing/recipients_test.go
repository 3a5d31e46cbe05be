package signing_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// member is somebody who has an identity file, and the recipient that belongs to it.
type member struct {
	recipient string
	file      []byte
}

func ageMember(t testing.TB) member {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return member{id.Recipient().String(), []byte("# mine\n" + id.String() + "\n")}
}

func sshMember(t testing.TB) member {
	t.Helper()
	file, line := sshIdentity(t, "")
	return member{line + " colleague", file}
}

func hybridMember(t testing.TB) member {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return member{id.Recipient().String(), []byte(id.String())}
}

// team is a file with every kind of key, which these further recipients can open.
func team(t testing.TB, s lifecycle.Sealing, members ...member) *lifecycle.State {
	t.Helper()
	data, err := os.ReadFile("../../testdata/state/v1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	st, err := state.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	st.Sealing = s
	each(t, st, func(k *lifecycle.Key) { *k = sealTo(t, s, signer(t)) })
	for _, m := range members {
		if err := signing.AddRecipients(st, unlock(t, st.Sealing, passphrase), m.recipient); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

func (m member) opener(t testing.TB, s lifecycle.Sealing) *signing.Opener {
	t.Helper()
	o, err := signing.UnlockWith(s, m.file, signing.Plugins{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// opens requires that an opener opens all keys of st, or none.
func opens(t testing.TB, o *signing.Opener, st *lifecycle.State, all bool) {
	t.Helper()
	n := 0
	each(t, st, func(k *lifecycle.Key) {
		n++
		if _, err := o.Open(*k); (err == nil) != all {
			t.Errorf("a key opens: %v, want %v (%v)", err == nil, all, err)
		}
	})
	if n < 4 {
		t.Fatalf("only %d keys", n)
	}
}

// Whoever can write the file, and knows every version of it that there was, changes who the keys
// are sealed to: whoever opens it with the passphrase is told, and no key is sealed to anybody.
func TestAttacksOnRecipients(t *testing.T) {
	stranger, a, b := ageMember(t), ageMember(t), sshMember(t)
	alone := sealing(t)
	oneOther := team(t, alone, a).Sealing
	st := team(t, alone, a, b)
	both := st.Sealing
	if err := keep(st, unlock(t, both, passphrase), a.recipient); err != nil {
		t.Fatal(err)
	}
	kept := st.Sealing // b was removed
	tried := 0
	attacker := team(t, sealing(t), stranger).Sealing
	for _, row := range []struct {
		name   string
		is     lifecycle.Sealing
		change func(*lifecycle.Sealing)
		want   string
	}{
		{"adds one", both, func(s *lifecycle.Sealing) { s.Recipients = append(slices.Clone(s.Recipients), stranger.recipient) }, "key-tampered.recipients"},
		{"adds the first", alone, func(s *lifecycle.Sealing) { s.Recipients = []string{stranger.recipient} }, "key-tampered.recipients"},
		{"adds one twice", both, func(s *lifecycle.Sealing) { s.Recipients = append(slices.Clone(s.Recipients), a.recipient) }, "key-tampered.recipients"},
		{"exchanges one", both, func(s *lifecycle.Sealing) { s.Recipients = []string{a.recipient, stranger.recipient} }, "key-tampered.recipients"},
		{"takes one out", both, func(s *lifecycle.Sealing) { s.Recipients = s.Recipients[:1] }, "key-tampered.recipients"},
		{"takes all out", both, func(s *lifecycle.Sealing) { s.Recipients = nil }, "key-tampered.recipients"},
		{"joins two", both, func(s *lifecycle.Sealing) { s.Recipients = []string{a.recipient + b.recipient} }, "key-tampered.recipients"},
		{"adds one and takes the MAC out", both, func(s *lifecycle.Sealing) {
			s.Recipients, s.RecipientsMAC = append(slices.Clone(s.Recipients), stranger.recipient), ""
		}, "key-tampered.recipients.unsigned"},
		{"takes the MAC out", both, func(s *lifecycle.Sealing) { s.RecipientsMAC = "" }, "key-tampered.recipients.unsigned"},
		{"cuts the MAC", both, func(s *lifecycle.Sealing) { s.RecipientsMAC = s.RecipientsMAC[:8] }, "key-tampered.recipients"},
		{"writes no MAC", both, func(s *lifecycle.Sealing) { s.RecipientsMAC = "none!" }, "key-tampered.recipients"},
		{"takes the MAC of an own file", both, func(s *lifecycle.Sealing) {
			s.Recipients, s.RecipientsMAC = attacker.Recipients, attacker.RecipientsMAC
		}, "key-tampered.recipients"},
		{"replays the MAC of more", alone, func(s *lifecycle.Sealing) { s.RecipientsMAC = both.RecipientsMAC }, "key-tampered.recipients"},
		{"replays the MAC of fewer", both, func(s *lifecycle.Sealing) { s.RecipientsMAC = oneOther.RecipientsMAC }, "key-tampered.recipients"},
		{"replays list and MAC from before a removal", kept, func(s *lifecycle.Sealing) {
			s.Recipients, s.RecipientsMAC = both.Recipients, both.RecipientsMAC
		}, "key-tampered.recipients"},
		{"exchanges the owner's recipient", both, func(s *lifecycle.Sealing) { s.Recipient = stranger.recipient }, "key-tampered.recipient"},
		{"exchanges the owner's recipient and the list", both, func(s *lifecycle.Sealing) {
			identity := s.Identity
			*s = attacker
			s.Identity = identity
		}, "key-tampered.recipient"},
		{"exchanges the sealed identity", both, func(s *lifecycle.Sealing) { s.Identity = attacker.Identity }, "key-tampered.recipient"},
		{"puts the identity from before a removal back", kept, func(s *lifecycle.Sealing) { s.Identity = both.Identity }, "key-tampered.recipient"},
	} {
		tried++
		t.Run(row.name, func(t *testing.T) {
			good, bad := row.is, row.is
			o := unlock(t, good, passphrase)
			row.change(&bad)
			got, err := signing.Unlock(bad, passphrase)
			wantCode(t, err, row.want)
			if got != nil {
				t.Error("an opener with an error")
			}
			// The file was changed between two reads of one command: another owner may be a new passphrase's.
			want := row.want
			if want == "key-tampered.recipient" {
				want = "key-tampered.meanwhile"
			}
			_, err = o.To(bad, now)
			if row.name == "exchanges the sealed identity" || row.name == "puts the identity from before a removal back" {
				return // of which the open one has no need
			}
			wantCode(t, err, want)
			changed := team(t, good)
			changed.Sealing = bad
			wantCode(t, signing.AddRecipients(changed, o, a.recipient), want)
			wantCode(t, keep(changed, o), want)
			wantCode(t, change(changed, o, []byte("new")), want)
		})
	}
	t.Logf("%d attacks on recipients", tried)
}

// The whole of an older "sealing" opens, and the keys made since then are sealed to another identity.
func TestReplayOfTheWholeSealing(t *testing.T) {
	a, b := ageMember(t), ageMember(t)
	st := team(t, sealing(t), a, b)
	before := st.Sealing
	if err := keep(st, unlock(t, before, passphrase), a.recipient); err != nil {
		t.Fatal(err)
	}
	each(t, st, func(k *lifecycle.Key) {
		_, err := unlock(t, before, passphrase).Open(*k)
		wantCode(t, err, "key-tampered.not-sealed-to-us")
	})
}

// Files from before there was a MAC: the owner alone is fine, and gets one with the first other.
func TestRecipientsOfAnOlderFile(t *testing.T) {
	a := ageMember(t)
	st := team(t, sealing(t))
	st.Sealing.RecipientsMAC = ""
	if err := signing.AddRecipients(st, unlock(t, st.Sealing, passphrase), a.recipient); err != nil {
		t.Fatal(err)
	}
	if st.Sealing.RecipientsMAC == "" {
		t.Error("no MAC")
	}
	opens(t, unlock(t, st.Sealing, passphrase), st, true)
	opens(t, a.opener(t, st.Sealing), st, true)
}

// The order of a list is nobody's secret.
func TestTheOrderOfRecipientsDoesNotMatter(t *testing.T) {
	s := team(t, sealing(t), ageMember(t), sshMember(t)).Sealing
	s.Recipients = slices.Clone(s.Recipients)
	slices.Reverse(s.Recipients)
	unlock(t, s, passphrase)
}

func TestAddAndKeepRecipients(t *testing.T) {
	for name, kind := range map[string]func(testing.TB) (lifecycle.Sealing, member, member){
		"x25519": func(t testing.TB) (lifecycle.Sealing, member, member) {
			t.Helper()
			return sealing(t), ageMember(t), sshMember(t)
		},
		"hybrid": func(t testing.TB) (lifecycle.Sealing, member, member) {
			t.Helper()
			s, err := signing.NewHybridSealing(passphrase, cheap)
			if err != nil {
				t.Fatal(err)
			}
			return s, hybridMember(t), hybridMember(t)
		},
		"in clear": func(t testing.TB) (lifecycle.Sealing, member, member) {
			t.Helper()
			s, err := signing.NewUnsealed()
			if err != nil {
				t.Fatal(err)
			}
			return s, ageMember(t), sshMember(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, a, b := kind(t)
			st := team(t, s, a, b)
			opens(t, unlock(t, st.Sealing, passphrase), st, true)
			opens(t, a.opener(t, st.Sealing), st, true)
			opens(t, b.opener(t, st.Sealing), st, true)
			before := *st
			if err := keep(st, unlock(t, st.Sealing, passphrase), a.recipient); err != nil {
				t.Fatal(err)
			}
			opens(t, unlock(t, st.Sealing, passphrase), st, true)
			opens(t, a.opener(t, st.Sealing), st, true)
			opens(t, b.opener(t, st.Sealing), st, false)
			if st.Sealing.Origin() != s.Recipient || st.Sealing.Recipient == before.Sealing.Recipient || len(st.Sealing.Recipients) != 1 {
				t.Errorf("recipients %v %v", st.Sealing.Recipient, st.Sealing.Recipients)
			}
			if open := st.Sealing.UnsealedIdentity != ""; open != (name == "in clear") {
				t.Errorf("in clear: %v", open)
			}
			each(t, st, func(k *lifecycle.Key) {
				if !k.CreatedAt.Equal(now) {
					t.Error("the key has another date")
				}
			})
		})
	}
}

func TestChangePassphrase(t *testing.T) {
	unsealed, err := signing.NewUnsealed()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []lifecycle.Sealing{sealing(t), unsealed} {
		a := ageMember(t)
		st := team(t, s, a)
		before := st.Sealing
		if err := change(st, unlock(t, before, passphrase), []byte("new")); err != nil {
			t.Fatal(err)
		}
		if err := change(st, unlock(t, st.Sealing, []byte("new")), []byte("newer")); err != nil {
			t.Fatal(err)
		}
		if st.Sealing.Origin() != s.Recipient || st.Sealing.Recipient == s.Recipient {
			t.Errorf("began as %s, and is known by %s", s.Recipient, st.Sealing.Origin())
		}
		if st.Sealing.UnsealedIdentity != "" || !slices.Equal(st.Sealing.Recipients, before.Recipients) {
			t.Error("the identity stays unsealed, or the recipients do not stay")
		}
		_, err = signing.Unlock(st.Sealing, passphrase)
		wantCode(t, err, "passphrase-wrong")
		opens(t, unlock(t, st.Sealing, []byte("newer")), st, true)
		opens(t, a.opener(t, st.Sealing), st, true)
		opens(t, unlock(t, before, passphrase), st, false) // whoever kept the former file
	}
}

// A key that does not open stops what seals all anew, and nobody is locked out.
func TestResealRefusesAKeyThatIsNotItsOwn(t *testing.T) {
	st := team(t, sealing(t), ageMember(t))
	o := unlock(t, st.Sealing, passphrase)
	each(t, st, func(k *lifecycle.Key) { k.Public = "AAAA" })
	a, b, c := *st, *st, *st // an error leaves each half changed
	wantCode(t, signing.AddRecipients(&a, o, sshMember(t).recipient), "key-tampered")
	wantCode(t, keep(&b, o), "key-tampered")
	wantCode(t, change(&c, o, []byte("new")), "key-tampered")
}

// Where nothing is opened a key goes to the owner alone, and to the others once it is.
func TestKeysWaitForTheOwner(t *testing.T) {
	a := ageMember(t)
	st := team(t, sealing(t), a)
	o := unlock(t, st.Sealing, passphrase)
	if n, err := o.Complete(st); n != 0 || err != nil || signing.Waiting(st) != 0 {
		t.Fatalf("%d keys wait (%v)", n, err)
	}
	each(t, st, func(k *lifecycle.Key) { *k = sealTo(t, st.Sealing, signer(t)) })
	opens(t, o, st, true)
	opens(t, a.opener(t, st.Sealing), st, false)
	waiting := signing.Waiting(st)
	if n, err := a.opener(t, st.Sealing).Complete(st); n != 0 || err != nil {
		t.Errorf("a member completes %d keys (%v)", n, err)
	}
	bad := *st
	bad.Sealing.Recipients = append(slices.Clone(st.Sealing.Recipients), ageMember(t).recipient)
	_, err := o.Complete(&bad)
	wantCode(t, err, "key-tampered.recipients")
	if n, err := o.Complete(st); n != waiting || n < 4 || err != nil || signing.Waiting(st) != 0 {
		t.Errorf("%d of %d keys (%v)", n, waiting, err)
	}
	opens(t, o, st, true)
	opens(t, a.opener(t, st.Sealing), st, true)
	// One that somebody exchanged waits on.
	each(t, st, func(k *lifecycle.Key) { k.Partly, k.Public = true, "AAAA" })
	if n, err := o.Complete(st); n != 0 || err != nil || signing.Waiting(st) != waiting {
		t.Errorf("%d keys (%v)", n, err)
	}
}

// A member cannot tell who the others are: a key that they make is for the owner and themselves.
func TestAMemberSealsToTheOwnerAndThemselves(t *testing.T) {
	stranger, a, b := ageMember(t), ageMember(t), sshMember(t)
	st := team(t, sealing(t), a, b)
	o := unlock(t, st.Sealing, passphrase)
	for _, m := range []member{a, b} {
		st.Sealing.Recipients = append(st.Sealing.Recipients, stranger.recipient) // and they would not notice
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
			"the owner": {o, true}, "a": {a.opener(t, st.Sealing), m.recipient == a.recipient},
			"b": {b.opener(t, st.Sealing), m.recipient == b.recipient}, "a stranger": {stranger.opener(t, st.Sealing), false},
		} {
			if _, err := row.o.Open(key); (err == nil) != row.want {
				t.Errorf("%s opens it: %v (%v)", who, err == nil, err)
			}
		}
		wantCode(t, signing.AddRecipients(st, m.opener(t, st.Sealing), stranger.recipient), "usage.identity-not-own")
		wantCode(t, keep(st, m.opener(t, st.Sealing)), "usage.identity-not-own")
		wantCode(t, change(st, m.opener(t, st.Sealing), passphrase), "usage.identity-not-own")
	}
}

// The file's own identity in an identity file vouches as the passphrase does.
func TestTheOwnIdentityInAFile(t *testing.T) {
	s, err := signing.NewUnsealed()
	if err != nil {
		t.Fatal(err)
	}
	st := team(t, s, ageMember(t))
	own := member{file: []byte(s.UnsealedIdentity)}
	if !own.opener(t, st.Sealing).Vouches() {
		t.Error("it does not vouch")
	}
	st.Sealing.Recipients = nil
	_, err = signing.UnlockWith(st.Sealing, own.file, signing.Plugins{})
	wantCode(t, err, "key-tampered.recipients")
}

func TestCheckRecipient(t *testing.T) {
	hybrid, err := signing.NewHybridSealing(passphrase, cheap)
	if err != nil {
		t.Fatal(err)
	}
	classic, line := sealing(t), sshMember(t).recipient
	for _, row := range []struct {
		name, text string
		in         lifecycle.Sealing
		want       string
	}{
		{"age", ageMember(t).recipient, classic, ""},
		{"SSH", line, classic, ""},
		{"a plugin", "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", classic, ""},
		{"hybrid among hybrids", hybridMember(t).recipient, hybrid, ""},
		{"hybrid among others", hybridMember(t).recipient, classic, "usage.recipient-not-hybrid"},
		{"age among hybrids", ageMember(t).recipient, hybrid, "usage.recipient-hybrid-only"},
		{"SSH among hybrids", line, hybrid, "usage.recipient-hybrid-only"},
		{"nothing", "", classic, "usage.recipient-invalid"},
		{"a beginning", "age1", classic, "usage.recipient-invalid"},
		{"SSH without a key", "ssh-ed25519 x", classic, "usage.recipient-invalid"},
		{"a line before a key", "ssh-x y\n" + line, classic, "usage.recipient-invalid.several"},
		{"a control character", line + "\x1b[2J", classic, "usage.recipient-invalid"},
		{"hybrid without a key", "age1pq1x", classic, "usage.recipient-invalid"},
		{"an address", "me@example.com", classic, "usage.recipient-invalid"},
		{"a path for a plugin", "age1../x1qqqq", classic, "usage.recipient-invalid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := signing.CheckRecipient(row.in, row.text)
			if row.want != "" {
				wantCode(t, err, row.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	_, err = signing.To(lifecycle.Sealing{Recipient: "x"}, now)
	wantCode(t, err, "state-damaged.recipient")
}

func TestShort(t *testing.T) {
	long, ssh, age := hybridMember(t).recipient, sshMember(t).recipient, ageMember(t).recipient
	if got := signing.Short(long); len(got) > 40 || !strings.HasPrefix(long, got[:20]) || !strings.HasSuffix(long, got[len(got)-10:]) {
		t.Errorf("got %q", got)
	}
	if got := signing.Short(ssh); len(got) > 80 || !strings.HasSuffix(got, " colleague") {
		t.Errorf("got %q", got)
	}
	if got := signing.Short(age); got != age {
		t.Errorf("got %q", got)
	}
}

// The owner's identity is in the file: a recipient of another kind was put there by somebody else, and a plugin's
// would have a program of theirs run.
func TestTheOwnerIsNoPluginAndNoSSHKey(t *testing.T) {
	for _, foreign := range []string{"age1evil1xyz", sshMember(t).recipient, "age1tag1x", "age1tagpq1x", ""} {
		s := lifecycle.Sealing{Recipient: foreign}
		_, err := signing.To(s, now)
		wantCode(t, err, "state-damaged.recipient")
		_, err = signing.SealSecret(s, []byte("swordfish"))
		wantCode(t, err, "state-damaged.recipient")
	}
}

// What is refused is told in short, and cut between letters.
func TestARefusedRecipientIsToldInShort(t *testing.T) {
	for name, text := range map[string]string{"words": strings.Repeat("日本語", 40), "SSH": "ssh-rsa " + strings.Repeat("A", 500) + " me"} {
		for by, err := range map[string]error{"a file": signing.CheckRecipient(sealing(t), text), "a parcel": signing.CheckTo(text)} {
			wantCode(t, err, "usage.recipient-invalid")
			if told := problem.Of(err).Params["recipient"]; len(told) > 80 || !utf8.ValidString(told) {
				t.Errorf("%s by %s: %q", name, by, told)
			}
		}
	}
}

func TestTheFileOfARecipient(t *testing.T) {
	m := sshMember(t)
	files := map[string]string{"a.pub": m.recipient + "\n", "note": "nothing", "b": m.recipient}
	for name, want := range map[string]string{"a": "a.pub", "a.pub": "a.pub", "b": "b", "note": "", "none": "", "": ""} {
		file, recipient := signing.FileWith(name, func(file string) string { return files[file] })
		if file != want || want != "" && recipient != m.recipient {
			t.Errorf("%q: %q, %q", name, file, recipient)
		}
	}
}
