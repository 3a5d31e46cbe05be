package push

import (
	"context"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

func TestAHintRepeatsTheCommandAsItWasTyped(t *testing.T) {
	for _, row := range []struct {
		typed   string
		without []string
		want    string
	}{
		{"", nil, ""},
		{"acme --rate 2 --background", nil, " -p acme --background --rate 2"},
		{"--tokens-file a --tokens-file it's", nil, ` --tokens-file a --tokens-file 'it'\''s'`},
		{"--background=false --resume", []string{"resume"}, " --background=false"},
		{"--token 12 --token 34 --push-magic m", nil, " --push-magic MAGIC --token TOKEN --token TOKEN"},
		{"--proxy http://me:secret@proxy:3128", nil, " --proxy URL"},
		{"--proxy http://proxy:3128 -o json -q", nil, " --proxy http://proxy:3128"},
		{"--certificate c --key k --ca-file f", []string{"certificate", "key"}, " --ca-file f"},
	} {
		env, got := clitest.Env(msg.English), ""
		command := New(env, cli.Runner[pushOptions](func(_ context.Context, o *pushOptions) error {
			got = o.again(row.without...)
			return nil
		}))
		if err := clitest.Parse(t, env, command, row.typed); err != nil || got != "apnsctl push"+row.want {
			t.Errorf("%s: %q, %v; want %q", row.typed, got, err, row.want)
		}
	}
}
