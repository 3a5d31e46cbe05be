package devices

import (
	"context"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestNewAudit(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       auditOptions
		code       problem.Code
	}{
		{name: "files", args: "a -", want: auditOptions{files: []string{"a", "-"}}},
		{
			name: "every flag", args: "a --against y --file-password-file p --strict",
			want: auditOptions{files: []string{"a"}, AgainstOptions: cli.AgainstOptions{Against: "y", PasswordFile: "p"}, strict: true},
		},
		{name: "no file", code: problem.Usage},
		{name: "unknown flag", args: "a --nope", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			var got auditOptions
			err := clitest.Parse(t, env, newAudit(env, func(_ context.Context, o *auditOptions) error { got = *o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			if !slices.Equal(got.files, row.want.files) || got.AgainstOptions != row.want.AgainstOptions || got.strict != row.want.strict {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}
