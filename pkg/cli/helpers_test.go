package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// testEnv is an environment in which nothing is set and nobody can be asked.
func testEnv(lang msg.Lang) *Env {
	streams, _, _ := term.Test()
	now := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	return &Env{
		IO: streams, Now: func() time.Time { return now }, Msg: msg.Printer{Lang: lang},
		Getenv: func(string) string { return "" },
	}
}

func secretFile(t *testing.T, text string, mode os.FileMode) string {
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
