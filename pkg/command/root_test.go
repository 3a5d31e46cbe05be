package command

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// A command that is made alone says, and takes, what it does in the whole tree.
func TestACommandAloneIsWhatItIsInTheTree(t *testing.T) {
	env := clitest.Env(msg.English)
	whole, lines := commands(newRoot(env)), 0
	for _, one := range entries(env) {
		args := []string{one.name, "--nonsense"}
		alone := commands(rootFor(env, args))
		of := func(all []*cobra.Command) (found []string) {
			for _, c := range all {
				if path := c.CommandPath() + " "; strings.HasPrefix(path, "apnsctl "+one.name+" ") {
					found = append(found, path+c.UseLine()+c.Flags().FlagUsages()+c.InheritedFlags().FlagUsages())
				}
			}
			return found
		}
		want, got := of(whole), of(alone)
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s alone is %q, want %q", one.name, got, want)
		}
		lines += len(got)
		if shows := one.name == "man" || one.name == "completion"; shows != (len(alone) == len(whole)) {
			t.Errorf("%s: %d of %d commands are made", one.name, len(alone), len(whole))
		}
	}
	if lines < 40 {
		t.Errorf("only %d commands were compared", lines)
	}
	for _, line := range []string{"", "help", "--help", "-h", "stauts", "-p acme status", "--version", "__complete st", "__completeNoDesc st", "statu"} {
		if all := commands(rootFor(env, strings.Fields(line))); len(all) != len(whole) {
			t.Errorf("%q: %d of %d commands are made", line, len(all), len(whole))
		}
	}
}

// What a command says of a line that it does not take is the same, too: with a flag before it, the
// whole tree is made.
func TestFailuresOfACommandAloneAreThoseOfTheTree(t *testing.T) {
	for _, line := range []string{
		"config nonsense", "config", "vendor sgin", "status --nonsense", "status extra words", "csr --help", "config --help",
		"csr --unsinged", "csr nonsense", "version -o yaml", "init --help -o json", "config get", "version --version", "demo --hlep",
	} {
		said := func(words string) string {
			streams, out, errs := term.Test()
			env := clitest.Env(msg.English)
			env.IO = streams
			status := Main(t.Context(), env, strings.Fields(words))
			return fmt.Sprintf("%d\n%s%s", status, out, errs)
		}
		if alone, whole := said(line), said("--lang=en "+line); alone != whole || len(alone) < 10 {
			t.Errorf("%q: alone %q, in the tree %q", line, alone, whole)
		}
	}
}

// A command that takes authorities is given some as it was typed, for the file in question; else status looks.
func TestChained(t *testing.T) {
	for _, row := range []struct{ typed, file, want string }{
		{"verify a.pem --against T", "", "verify a.pem --against T"},
		{"verify a.pem b.pem --chain c --warn-days 9", "it is.pem", "verify 'it is.pem' --warn-days 9"},
		{"status -p acme", "", "status -p acme"},
		{"import a.pem a.key", "", "import a.pem a.key"},
		{"vendor import a.pem", "", "vendor import a.pem"},
		{"csr acme --force", "", "csr -p acme --force"},
		{"renew --file a.pem", "a.pem", "status a.pem"},
		{"rollback acme --yes", "", "status"},
	} {
		env, got := clitest.Env(msg.English), ""
		root := rootFor(env, strings.Fields(row.typed))
		c, _, err := root.Find(strings.Fields(row.typed))
		if err != nil {
			t.Fatal(err)
		}
		c.RunE = func(c *cobra.Command, args []string) error {
			if !readsFiles(c) && len(args) > 0 { // as a command with a profile's name does
				env.Global.Profile = args[0]
			}
			got = env.Chained(row.file)
			return nil
		}
		root.SetArgs(strings.Fields(row.typed))
		if err := root.ExecuteContext(t.Context()); err != nil || got != "apnsctl "+row.want {
			t.Errorf("%s: %s (%v)", row.typed, got, err)
		}
	}
}
