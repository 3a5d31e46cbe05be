package command

import (
	"context"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/command/watch"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestGlobalFlagsAreChecked(t *testing.T) {
	for _, row := range []struct {
		name, args string
		code       problem.Code
	}{
		{"known language", "--lang ja", ""},
		{"unknown language", "--lang fr", problem.Usage},
		{"known format", "-o json", ""},
		{"unknown format", "-o yaml", problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := clitest.Env(msg.English)
			clitest.RequireCode(t, clitest.Parse(t, env, watch.NewStatus(env, func(context.Context, *watch.StatusOptions) error { return nil }), row.args), row.code)
		})
	}
}
