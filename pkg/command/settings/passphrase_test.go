package settings

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

// Each way of giving one passphrase opens what another has sealed.
func TestAPassphraseIsWhatAPersonMeant(t *testing.T) {
	const composed, decomposed = "Käse für パス ", "Ka\u0308se fu\u0308r ハ\u309aス "
	u16 := func(text string) string {
		var b strings.Builder
		for _, r := range "\ufeff" + text {
			b.WriteByte(byte(r))
			b.WriteByte(byte(r >> 8))
		}
		return b.String()
	}
	ways := map[string]string{
		"as it is": composed, "with a line end": composed + "\n", "of Windows": "\ufeff" + composed + "\r\n",
		"of PowerShell": u16(composed + "\r\n"), "of macOS": decomposed, "of macOS in a file": decomposed + "\n",
	}
	for _, sealedBy := range []string{"of PowerShell", "of macOS"} {
		sealing := sealedWith(t, ways[sealedBy])
		for openedBy, again := range ways {
			if err := unlockWith(t, sealing, again); err != nil {
				t.Errorf("sealed %s, opened %s: %v", sealedBy, openedBy, err)
			}
		}
		if sealedBy == "of macOS" {
			continue
		}
		for _, other := range []string{composed + "\n\n", strings.TrimSpace(composed)} {
			if unlockWith(t, sealing, other) == nil {
				t.Errorf("%q opens it", other)
			}
		}
	}
}

// sealedWith and unlockWith give a passphrase in a file.
func sealedWith(t *testing.T, passphrase string) lifecycle.Sealing {
	t.Helper()
	env := clitest.Env(msg.English)
	o := &initOptions{Env: env, typed: NewInit(env, nil), PassphraseOptions: cli.PassphraseOptions{PassphraseFile: clitest.SecretFile(t, passphrase, 0o600)}}
	sealing, err := o.sealing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sealing
}

func unlockWith(t *testing.T, sealing lifecycle.Sealing, passphrase string) error {
	t.Helper()
	_, err := clitest.Env(msg.English).Unlock(t.Context(), &lifecycle.State{Sealing: sealing}, cli.UnlockOptions{PassphraseOptions: cli.PassphraseOptions{PassphraseFile: clitest.SecretFile(t, passphrase, 0o600)}})
	return err
}
