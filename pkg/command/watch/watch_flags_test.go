package watch

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

func TestNewVerify(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       verifyOptions
		code       problem.Code
	}{
		{name: "nothing means all that is stored", want: verifyOptions{files: []string{}}},
		{name: "a file", args: "x.pem", want: verifyOptions{files: []string{"x.pem"}}},
		{name: "standard input", args: "-", want: verifyOptions{files: []string{"-"}}},
		{
			name: "every flag",
			args: "x --against y --trust-root r --chain c --warn-days 9 --critical-days 3 --file-password-file p --expect app-push --fail-on critical --strict",
			want: verifyOptions{
				files: []string{"x"}, against: "y", trust: cli.TrustOptions{Root: "r", Chain: "c"},
				ThresholdOptions: cli.ThresholdOptions{WarnDays: "9", CriticalDays: "3", FailOn: "critical", Strict: true},
				passwordFile:     "p", expect: pushcert.RoleAppPush,
			},
		},
		{name: "two files", args: "x y", want: verifyOptions{files: []string{"x", "y"}}},
		{name: "unknown flag", args: "--nope", code: problem.Usage},
		{name: "flag without value", args: "--against", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			var got verifyOptions
			err := clitest.Parse(t, env, NewVerify(env, func(_ context.Context, o *verifyOptions) error { got = *o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			got.Env = nil
			if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(verifyOptions{})); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestNewStatus(t *testing.T) {
	env := clitest.Env(msg.English)
	var got StatusOptions
	err := clitest.Parse(t, env, NewStatus(env, func(_ context.Context, o *StatusOptions) error { got = *o; return nil }),
		"a.pem - --warn-days 45 --critical-days 10 --strict --trust-root r --chain c --file-password-file p -p acme -q -o json")
	clitest.RequireCode(t, err, "")
	files := slices.Equal(got.files, []string{"a.pem", "-"}) && got.trust == cli.TrustOptions{Root: "r", Chain: "c"} && got.passwordFile == "p"
	if got.WarnDays != "45" || got.CriticalDays != "10" || !got.Strict || !files {
		t.Errorf("got %+v", got)
	}
	if g := env.Global; g.Profile != "acme" || !g.Quiet || g.Output != cli.OutputJSON {
		t.Errorf("global flags %+v", g)
	}
}

func TestNewToken(t *testing.T) {
	env := clitest.Env(msg.English)
	var in tokenImportOptions
	err := clitest.Parse(t, env, newTokenImport(env, func(_ context.Context, o *tokenImportOptions) error { in = *o; return nil }),
		"a.p7m --name x --expires 2027-07-01")
	clitest.RequireCode(t, err, "")
	if in.file != "a.p7m" || in.name != "x" || in.expires != "2027-07-01" {
		t.Errorf("got %+v", in)
	}
	var out tokenDeleteOptions
	remove := func(_ context.Context, o *tokenDeleteOptions) error { out = *o; return nil }
	clitest.RequireCode(t, clitest.Parse(t, env, newTokenDelete(env, remove), "ade-token x"), "")
	if out.kind != "ade-token" || out.name != "x" {
		t.Errorf("got %+v", out)
	}
	clitest.RequireCode(t, clitest.Parse(t, env, newTokenDelete(env, remove), "ade-token"), problem.Usage)
}
