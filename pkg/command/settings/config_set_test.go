package settings

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// whenRead does something before it is read for the first time.
type whenRead struct {
	io.Reader

	do func()
}

func (r *whenRead) Read(p []byte) (int, error) {
	if r.do != nil {
		r.do()
		r.do = nil
	}
	return r.Reader.Read(p)
}

// A secret is sealed to the identity that the file has when it is written, though somebody gives it
// another passphrase while the secret is being typed.
func TestConfigSetSealsToTheIdentityOfNow(t *testing.T) {
	sealing, err := signing.NewUnsealed()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	store := state.Open(path)
	if err := store.Create(t.Context(), &lifecycle.State{Version: lifecycle.Version, Sealing: sealing}); err != nil {
		t.Fatal(err)
	}
	passphrase := []byte("given meanwhile")
	changed := false
	env := clitest.Env(msg.English)
	env.Getenv = func(name string) string {
		if name == "APNSCTL_CONFIG" {
			return path
		}
		return ""
	}
	env.IO.In = &whenRead{strings.NewReader("salmon swordfish\n"), func() {
		opener, err := signing.Unlock(sealing, nil)
		if err == nil {
			err = store.Update(t.Context(), func(s *lifecycle.State) error { return signing.ChangePassphrase(s, opener, passphrase, 4) })
		}
		if err != nil {
			t.Error(err)
		}
		changed = true
	}}
	if err := clitest.Parse(t, env, NewConfig(env), "set notify.smtp.password -"); err != nil || !changed {
		t.Fatalf("error %v, changed: %v", err, changed)
	}
	s, err := store.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	opener, err := signing.Unlock(s.Sealing, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := opener.OpenSecret(setting.SMTPPassword, s.Settings.Notify.SMTP.Password)
	if err != nil || string(secret) != "salmon swordfish" {
		t.Errorf("the secret is %d bytes long (%v)", len(secret), err)
	}
}
