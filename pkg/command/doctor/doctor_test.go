package doctor

import (
	"context"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestNewDoctor(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       doctorOptions
		code       problem.Code
	}{
		{name: "nothing"},
		{
			name: "every flag",
			args: "--offline --unlock --strict --sandbox --endpoint e --port 2197 --ca-file c --proxy p --passphrase-file pp --identity i",
			want: doctorOptions{
				UnlockOptions: cli.UnlockOptions{PassphraseOptions: cli.PassphraseOptions{PassphraseFile: "pp"}, Identity: "i"}, offline: true, ask: true, strict: true,
				route: cli.RouteOptions{Sandbox: true, Endpoint: "e", Port: 2197, CaFile: "c", Proxy: "p"},
			},
		},
		{name: "two arguments", args: "acme beta", code: problem.Usage},
		{name: "a port that is none", args: "--port x", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			var got doctorOptions
			err := clitest.Parse(t, env, New(env, func(_ context.Context, o *doctorOptions) error { got = *o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			got.Env = nil
			if got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestWhoNamedTheProxy(t *testing.T) {
	for _, row := range []struct {
		flag string
		env  map[string]string
		want string
	}{
		{"", nil, ""},
		{"http://p:1", nil, "--proxy"},
		{"http://p:1", map[string]string{"HTTPS_PROXY": ":"}, "--proxy"},
		{"", map[string]string{"https_proxy": "p:1"}, "https_proxy"},
	} {
		if got := proxySource(row.flag, func(name string) string { return row.env[name] }); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
