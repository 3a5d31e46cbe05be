package signing_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// withSecrets seals a secret at each place among the settings that may have one.
func withSecrets(t *testing.T, st *lifecycle.State) {
	t.Helper()
	secret := func(text string) string {
		sealed, err := signing.SealSecret(st.Sealing, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	st.Settings.Organization = "Example"
	st.Settings.Notify.SMTP = lifecycle.SMTP{Username: "env:NAME", Password: secret("notify.smtp.password")}
	st.Settings.Notify.Ping = "https://example.com/ping"
	st.Settings.Notify.Webhooks = []lifecycle.Webhook{
		{Name: "chat", URL: secret("notify.webhooks.chat.url"), Secret: secret("notify.webhooks.chat.secret")},
		{Name: "own", URL: "https://example.com/own", Secret: secret("notify.webhooks.own.secret")},
	}
	st.Servers = map[string]*lifecycle.Server{"mdm": {Kind: "fleet", Credentials: map[string]string{
		"token": secret("servers.mdm.credentials.token"), "other": "env:OTHER",
	}}}
}

// secretsOpen requires that each secret opens, and how many there are.
func secretsOpen(t *testing.T, st *lifecycle.State, o *signing.Opener, want int) {
	t.Helper()
	n := 0
	err := state.EachSealed(st, func(setting string, value *string) error {
		n++
		secret, err := o.OpenSecret(setting, *value)
		if err == nil && string(secret) != setting {
			t.Errorf("%s holds %q", setting, secret)
		}
		return err
	})
	if err != nil || n != want {
		t.Errorf("%d secrets (%v), want %d", n, err, want)
	}
}

// Whatever gives the file a new identity takes the secrets among its settings along.
func TestSecretsFollowTheIdentity(t *testing.T) {
	a := ageMember(t)
	st := team(t, sealing(t), a)
	withSecrets(t, st)
	former := unlock(t, st.Sealing, passphrase)
	secretsOpen(t, st, former, 5)

	if err := signing.AddRecipients(st, former, sshMember(t).recipient); err != nil {
		t.Fatal(err)
	}
	secretsOpen(t, st, former, 5)

	if err := keep(st, former, a.recipient); err != nil {
		t.Fatal(err)
	}
	kept := unlock(t, st.Sealing, passphrase)
	secretsOpen(t, st, kept, 5)

	if err := change(st, kept, []byte("new")); err != nil {
		t.Fatal(err)
	}
	secretsOpen(t, st, unlock(t, st.Sealing, []byte("new")), 5)
	for name, o := range map[string]*signing.Opener{"the former identity": former, "that between": kept} {
		if _, err := o.OpenSecret("x", st.Settings.Notify.SMTP.Password); err == nil {
			t.Errorf("%s opens what is sealed now", name)
		}
	}
	if got := st.Settings.Notify.SMTP.Username; got != "env:NAME" {
		t.Errorf("a reference became %q", got)
	}
}

// A secret that does not open stops the change, and its setting is named.
func TestASecretThatDoesNotOpenStopsTheChange(t *testing.T) {
	st := team(t, sealing(t))
	withSecrets(t, st)
	o := unlock(t, st.Sealing, passphrase)
	good := st.Settings.Notify.Webhooks[1].Secret
	for name, bad := range map[string]string{
		"of another file": sealed(t, sealing(t).Recipient, []byte("x")),
		"cut short":       good[:len(good)-60],
		"changed":         good[:80] + "AAAA" + good[84:],
		"too long":        sealed(t, st.Sealing.Recipient, make([]byte, 1<<17)),
	} {
		t.Run(name, func(t *testing.T) {
			st.Settings.Notify.Webhooks[1].Secret = bad
			a, b := *st, *st // an error leaves each half changed
			for _, copied := range []*lifecycle.State{&a, &b} {
				copied.Settings.Notify.Webhooks = slices.Clone(st.Settings.Notify.Webhooks)
			}
			for _, err := range []error{change(&a, o, []byte("new")), keep(&b, o)} {
				wantCode(t, err, "state-damaged.sealed-secret")
				if told := problem.Of(err).Params["setting"]; told != "notify.webhooks.own.secret" {
					t.Errorf("the setting is %q", told)
				}
			}
		})
	}
}

// No secret is sealed to further recipients: their identities are told that they do not open it.
func TestAMemberOpensNoSecret(t *testing.T) {
	a := ageMember(t)
	st := team(t, sealing(t), a)
	withSecrets(t, st)
	_, err := a.opener(t, st.Sealing).OpenSecret("notify.smtp.password", st.Settings.Notify.SMTP.Password)
	wantCode(t, err, "passphrase-wrong.identity")
}

// What could not be opened again is not sealed.
func TestSealSecretBounds(t *testing.T) {
	s := sealing(t)
	o := unlock(t, s, passphrase)
	longest, err := signing.SealSecret(s, make([]byte, 64<<10))
	if err != nil {
		t.Fatal(err)
	}
	if secret, err := o.OpenSecret("x", longest); err != nil || len(secret) != 64<<10 {
		t.Errorf("%d bytes (%v)", len(secret), err)
	}
	_, err = signing.SealSecret(s, make([]byte, 64<<10+1))
	wantCode(t, err, "usage.secret-long")
	_, err = signing.SealSecret(lifecycle.Sealing{Recipient: "nobody"}, []byte("x"))
	wantCode(t, err, "state-damaged.recipient")
}

func TestEachSealedEndsAtAnError(t *testing.T) {
	st, end := team(t, sealing(t)), errors.New("end")
	withSecrets(t, st)
	n := 0
	if err := state.EachSealed(st, func(string, *string) error { n++; return end }); !errors.Is(err, end) || n != 1 {
		t.Errorf("%v after %d", err, n)
	}
}
