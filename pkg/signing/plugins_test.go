package signing_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/plugin"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// The programs age-plugin-NAME of these tests are the test itself under such a name. The data of
// their recipients and identities are those of age as text.
const pluginPrefix = "age-plugin-"

func TestMain(m *testing.M) {
	if name, ok := strings.CutPrefix(filepath.Base(os.Args[0]), pluginPrefix); ok {
		os.Exit(bePlugin(name))
	}
	os.Exit(m.Run())
}

func bePlugin(name string) int {
	p, err := plugin.New(name)
	if err != nil {
		panic(err)
	}
	p.HandleRecipient(func(data []byte) (age.Recipient, error) {
		switch name {
		case "fails":
			return nil, errors.New("the token is not in its slot")
		case "waits":
			select {} // for a person
		case "quantum":
			return age.ParseHybridRecipient(string(data))
		}
		return age.ParseX25519Recipient(string(data))
	})
	identity := func(data []byte) (*age.X25519Identity, error) {
		if name == "fails" {
			return nil, errors.New("the token is not in its slot")
		}
		return age.ParseX25519Identity(string(data))
	}
	p.HandleIdentity(func(data []byte) (age.Identity, error) { return identity(data) })
	p.HandleIdentityAsRecipient(func(data []byte) (age.Recipient, error) {
		id, err := identity(data)
		if err != nil || name == "reads" { // which has no public half of an identity
			return nil, errors.New("only opens")
		}
		return id.Recipient(), nil
	})
	return p.Main()
}

// withPlugins puts these programs where programs are found; false where links cannot be made.
func withPlugins(t *testing.T, names ...string) bool {
	t.Helper()
	if runtime.GOOS == "windows" {
		return false // a program needs another name there, and links need a right
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for _, name := range names {
		if err := os.Symlink(self, filepath.Join(bin, pluginPrefix+name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	return true
}

// pluginMember has a key behind the plugin of this name.
func pluginMember(t *testing.T, name string) member {
	t.Helper()
	if name == "quantum" {
		return member{recipient: plugin.EncodeRecipient(name, []byte(hybridMember(t).recipient))}
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return member{
		plugin.EncodeRecipient(name, []byte(id.Recipient().String())),
		[]byte("# in hardware\n\n" + plugin.EncodeIdentity(name, []byte(id.String())) + "\n"),
	}
}

// A plugin seals and opens; and it seals a key that somebody makes with it to the owner and to them.
func TestPluginsSealAndOpen(t *testing.T) {
	if !withPlugins(t, "team", "reads") {
		return
	}
	for _, name := range []string{"team", "reads"} {
		t.Run(name, func(t *testing.T) {
			m, other := pluginMember(t, name), pluginMember(t, name)
			st := team(t, sealing(t), m)
			opens(t, unlock(t, st.Sealing, passphrase), st, true)
			opens(t, m.opener(t, st.Sealing), st, true)
			opens(t, other.opener(t, st.Sealing), st, false)
			_, err := other.opener(t, st.Sealing).Open(*firstKey(t, st))
			wantCode(t, err, "passphrase-wrong.identity")
			o := m.opener(t, st.Sealing)
			seal, err := o.To(st.Sealing, now)
			if err != nil {
				t.Fatal(err)
			}
			key, err := seal(signer(t))
			if err != nil || !key.Partly {
				t.Fatalf("%v, waits: %v", err, key.Partly)
			}
			if _, err := unlock(t, st.Sealing, passphrase).Open(key); err != nil {
				t.Error(err)
			}
			// One that cannot seal to its identity leaves the key to the owner alone.
			if _, err := m.opener(t, st.Sealing).Open(key); (err == nil) != (name == "team") {
				t.Errorf("its maker opens it: %v", err)
			}
		})
	}
}

func firstKey(t *testing.T, st *lifecycle.State) (first *lifecycle.Key) {
	t.Helper()
	each(t, st, func(k *lifecycle.Key) {
		if first == nil {
			first = k
		}
	})
	return first
}

// What a plugin does not do ends with the reason, before anything is sealed.
func TestPluginsThatFail(t *testing.T) {
	if !withPlugins(t, "fails", "waits", "quantum") {
		return
	}
	done := make(chan struct{})
	close(done)
	for _, row := range []struct {
		name, want string
		with       signing.Plugins
	}{
		{"nowhere", "passphrase-missing.plugin", signing.Plugins{}},
		{"fails", "passphrase-wrong.plugin", signing.Plugins{UI: &plugin.ClientUI{}}},
		{"waits", "passphrase-wrong.plugin", signing.Plugins{Done: done}},
		{"quantum", "usage.recipient-not-hybrid", signing.Plugins{}},
	} {
		t.Run("seal "+row.name, func(t *testing.T) {
			st := team(t, sealing(t))
			o := unlock(t, st.Sealing, passphrase).With(row.with)
			wantCode(t, signing.AddRecipients(st, o, pluginMember(t, row.name).recipient), row.want)
		})
	}
	for name, want := range map[string]string{"nowhere": "passphrase-missing.plugin", "fails": "passphrase-wrong.plugin"} {
		t.Run("open "+name, func(t *testing.T) {
			st := team(t, sealing(t))
			key := firstKey(t, st)
			o := pluginMember(t, name).opener(t, st.Sealing)
			_, err := o.Open(*key)
			wantCode(t, err, want)
		})
	}
	_, err := signing.UnlockWith(sealing(t), []byte("AGE-PLUGIN-TEAM-1X\n"), signing.Plugins{})
	wantCode(t, err, "usage.identity-invalid")
}
