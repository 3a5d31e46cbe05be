package settings

import (
	"context"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

func TestNewInit(t *testing.T) {
	env := clitest.Env(msg.English)
	var made initOptions
	err := clitest.Parse(t, env, NewInit(env, func(_ context.Context, o *initOptions) error { made = *o; return nil }),
		"--organization O --apple-account A --email E --country JP --trust-root R --passphrase-file P --passphrase-command C --no-passphrase --post-quantum")
	clitest.RequireCode(t, err, "")
	made.Env, made.typed = nil, nil
	want := initOptions{
		organization: "O", appleAccount: "A", email: "E", country: "JP", trustRoot: "R", PassphraseOptions: cli.PassphraseOptions{PassphraseFile: "P", PassphraseCommand: "C"},
		noPassphrase: true, postQuantum: true,
	}
	if made != want {
		t.Errorf("got %+v, want %+v", made, want)
	}
}
