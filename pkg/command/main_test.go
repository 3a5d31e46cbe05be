package command

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// aPipe is what a pipe of Linux holds before its writer waits, in bytes.
const aPipe = 64 << 10

func TestABriefCommandLineNeverWaits(t *testing.T) {
	for _, line := range []string{
		"version", "version -o json", "--version", "completion bash", "completion zsh", "completion fish", "completion powershell",
		"__complete status --", "__completeNoDesc help ",
	} {
		streams, out, _ := term.Test()
		env := &cli.Env{IO: streams, Getenv: func(string) string { return "" }}
		if args := strings.Split(line, " "); !Brief(args) {
			t.Errorf("%s is none", line)
		} else if status := Main(t.Context(), env, args); status != 0 || out.Len() == 0 || out.Len() > aPipe {
			t.Errorf("%s: status %d, %d bytes", line, status, out.Len())
		}
	}
	for _, line := range []string{"", "help -o json", "man", "status --version", "push version", "-p version status"} {
		if Brief(strings.Split(line, " ")) {
			t.Errorf("%q is one", line)
		}
	}
}

func TestScan(t *testing.T) {
	for _, row := range []struct{ name, args, want string }{
		{"absent", "status", ""},
		{"long, apart", "status --output json", "json"},
		{"long, joined", "status --output=json", "json"},
		{"short, apart", "status -o json", "json"},
		{"short, joined", "status -ojson", "json"},
		{"short, with an equals sign", "status -o=json", "json"},
		{"the last one counts", "-o json status -o text", "text"},
		{"without its value", "status -o", ""},
		{"behind the end of flags", "inspect -- -o json", ""},
		{"a longer flag of the same beginning", "csr --output-folder json", ""},
		{"empty", "status --output=", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := scan(strings.Fields(row.args), "output", "o"); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	if got := scan([]string{"-l", "x", "--lang", "ja"}, "lang", ""); got != "ja" {
		t.Errorf("a flag without short form: %q", got)
	}
}
