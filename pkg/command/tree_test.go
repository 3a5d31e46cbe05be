package command

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// commands lists the whole tree, as a person can reach it.
func commands(root *cobra.Command) []*cobra.Command {
	if !root.HasParent() {
		root.InitDefaultHelpCmd() // otherwise it comes with the first execution
	}
	all := []*cobra.Command{root}
	for _, sub := range root.Commands() {
		all = append(all, commands(sub)...)
	}
	return all
}

func TestEveryCommandHasTextsInBothLanguages(t *testing.T) {
	for _, lang := range clitest.Languages() {
		env := clitest.Env(lang)
		for _, c := range commands(newRoot(env)) {
			wanted := []string{".short"}
			if !c.HasSubCommands() || !c.HasParent() {
				wanted = append(wanted, ".example")
			}
			for _, part := range wanted {
				if text, ok := env.Msg.Lookup(helpKey(c) + part); !ok || text == "" {
					t.Errorf("%s: %q has no %s", lang, c.CommandPath(), part)
				}
			}
		}
	}
}

func TestEveryExampleNamesItsCommand(t *testing.T) {
	for _, lang := range clitest.Languages() {
		env := clitest.Env(lang)
		for _, c := range commands(newRoot(env)) {
			text, ok := env.Msg.Lookup(helpKey(c) + ".example")
			if ok && !strings.Contains(text, c.CommandPath()) {
				t.Errorf("%s: the example of %q is of another: %s", lang, c.CommandPath(), text)
			}
		}
	}
}

func TestEveryFlagHasATextInBothLanguages(t *testing.T) {
	for _, lang := range clitest.Languages() {
		env := clitest.Env(lang)
		for _, c := range commands(newRoot(env)) {
			c.Flags().VisitAll(func(f *pflag.Flag) {
				if text := flagText(env, c, f); f.Name != "help" && (text == "" || text == "help.flag."+f.Name) {
					t.Errorf("%s: --%s of %q has no text", lang, f.Name, c.CommandPath())
				}
			})
		}
	}
}

func TestEveryCommandIsInAScript(t *testing.T) {
	var scripts strings.Builder
	err := filepath.WalkDir("../../testdata/script", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		scripts.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands(newRoot(clitest.Env(msg.English))) {
		if !strings.Contains(scripts.String(), " "+c.CommandPath()) {
			t.Errorf("no script runs %q", c.CommandPath())
		}
	}
}

// TestEveryCommandAnswersInJSON gives each command a flag that it does not know: the
// answer has to be one document of the contract's form all the same.
func TestEveryCommandAnswersInJSON(t *testing.T) {
	for _, c := range commands(newRoot(clitest.Env(msg.English))) {
		t.Run(strings.ReplaceAll(c.CommandPath(), " ", "_"), func(t *testing.T) {
			env := clitest.Env(msg.English)
			streams, out, errs := term.Test()
			env.IO = streams
			args := append(strings.Fields(c.CommandPath())[1:], "--no-such-flag", "-o", "json")
			if status := Main(t.Context(), env, args); status != 2 {
				t.Errorf("status %d, want 2", status)
			}
			var answer struct {
				Schema string
				OK     bool
				Error  struct{ Code string }
			}
			if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if answer.Schema != document.Schema || answer.OK || answer.Error.Code != "usage" {
				t.Errorf("answer %+v", answer)
			}
			if errs.Len() == 0 {
				t.Error("nothing on standard error for people")
			}
		})
	}
}

// TestHelpGolden compares every page of help with the one that was last looked at.
// Rewrite them with -update, and read the difference.
func TestHelpGolden(t *testing.T) {
	for _, lang := range clitest.Languages() {
		for _, c := range commands(newRoot(clitest.Env(lang))) {
			name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".txt"
			t.Run(string(lang)+"/"+name, func(t *testing.T) {
				env := clitest.Env(lang)
				streams, out, _ := term.Test()
				env.IO = streams
				args := append(strings.Fields(c.CommandPath())[1:], "--help", "--lang", string(lang))
				if status := Main(t.Context(), env, args); status != 0 {
					t.Fatalf("status %d", status)
				}
				for line := range strings.Lines(out.String()) {
					if width := term.Width(strings.TrimSuffix(line, "\n")); width > term.Columns {
						t.Errorf("%d columns: %s", width, line)
					}
				}
				compareGolden(t, filepath.Join("../../testdata/golden/help", string(lang), name), out.String())
			})
		}
	}
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s; if that is meant, run go test -update and read the diff\n%s", path, got)
	}
}

func TestNoGoldenPageIsLeftOver(t *testing.T) {
	known := map[string]bool{}
	for _, c := range commands(newRoot(clitest.Env(msg.English))) {
		known[strings.ReplaceAll(c.CommandPath(), " ", "-")+".txt"] = true
	}
	for _, lang := range clitest.Languages() {
		entries, err := os.ReadDir(filepath.Join("../../testdata/golden/help", string(lang)))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if !known[entry.Name()] {
				t.Errorf("%s/%s is the page of no command", lang, entry.Name())
			}
		}
	}
}
