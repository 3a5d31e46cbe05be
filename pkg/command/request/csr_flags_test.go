package request

import (
	"context"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestNewCSR(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       csrOptions
		code       problem.Code
	}{
		{name: "nothing"},
		{name: "new key, by force", args: "--new-key --force --out f", want: csrOptions{newKey: true, force: true, out: "f"}},
		{
			name: "memo", args: "--apple-account a --country JP --email e --expect-topic t",
			want: csrOptions{appleAccount: "a", country: "JP", email: "e", expectTopic: "t"},
		},
		{name: "through a service", args: "--via mdmcert.download --account a", want: csrOptions{via: "mdmcert.download", account: "a"}},
		{name: "due", args: "--due --warn-days 45", want: csrOptions{due: true, warnDays: "45"}},
		{
			name: "unlocking", args: "--unsigned --passphrase-file p --identity i --chain c",
			want: csrOptions{unsigned: true, chain: "c", UnlockOptions: cli.UnlockOptions{PassphraseOptions: cli.PassphraseOptions{PassphraseFile: "p"}, Identity: "i"}},
		},
		{name: "two arguments", args: "acme beta", code: problem.Usage},
		{name: "output to nowhere", args: "--out", code: problem.Usage},
		{name: "two results on one stream", args: "--out - -o json", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			var got csrOptions
			err := clitest.Parse(t, env, NewCSR(env, func(_ context.Context, o *csrOptions) error { got = *o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			got.Env, got.typed = nil, nil
			if got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}
