package clitest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// SecretFile is a new file with a secret in it.
func SecretFile(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
	return name
}

// Languages are those that every text has to exist in.
func Languages() []msg.Lang { return []msg.Lang{msg.English, msg.Japanese} }

// Env is an environment in which nothing is set and nobody can be asked.
func Env(lang msg.Lang) *cli.Env {
	streams, _, _ := term.Test()
	now := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	return &cli.Env{
		IO: streams, Now: func() time.Time { return now }, Msg: msg.Printer{Lang: lang},
		Getenv: func(string) string { return "" }, Work: 4, // next to none
	}
}

// Parse gives a command line to one command below a root with the global flags.
func Parse(t *testing.T, env *cli.Env, c *cobra.Command, args string) error {
	t.Helper()
	root := cli.Group("apnsctl", c)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(cli.FlagProblem)
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return env.Begin(c) }
	env.GlobalFlags(root.PersistentFlags())
	root.SetArgs(append([]string{c.Name()}, strings.Fields(args)...))
	return root.ExecuteContext(t.Context())
}

// RequireCode requires the code that a row expects; empty is success.
func RequireCode(t *testing.T, err error, want problem.Code) {
	t.Helper()
	switch p, ok := errors.AsType[*problem.Error](err); {
	case want == "" && err != nil:
		t.Fatalf("error %v", err)
	case want != "" && (!ok || p.Code != want):
		t.Fatalf("error %v, want %s", err, want)
	}
}
