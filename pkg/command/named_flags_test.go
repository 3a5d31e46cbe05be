package command

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

// Every command to copy, in the texts of both languages and in both READMEs, is one that the
// command line takes: each flag is there, has a value where it needs one, and the arguments
// are as many as there can be.
func TestCommandsToCopyAreTaken(t *testing.T) {
	t.Parallel()
	found := 0
	check := func(where, line string) {
		found++
		if fault := untaken(t, line); fault != "" {
			t.Errorf("%s: %s: %s", where, line, fault)
		}
	}
	for _, lang := range clitest.Languages() {
		p := msg.Printer{Lang: lang}
		for _, key := range p.Keys() {
			text, _ := p.Lookup(key)
			for line := range strings.SplitSeq(text, "\n") {
				if command := strings.TrimSpace(line); strings.HasPrefix(command, "apnsctl ") && (command != line || strings.HasSuffix(key, ".example")) {
					check(string(lang)+" "+key, command)
				}
			}
		}
	}
	for _, name := range []string{"../../README.md", "../../README.ja.md"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fenced := false
		for line := range strings.SplitSeq(strings.ReplaceAll(string(data), "\\\n", ""), "\n") {
			fenced = fenced != strings.HasPrefix(line, "```")
			command, _, _ := strings.Cut(strings.TrimPrefix(line, "$ "), " | ")
			if fenced && strings.HasPrefix(command, "apnsctl ") {
				check(name, strings.Replace(command, " &", "", 1))
			}
		}
	}
	if least := 560; found < least {
		t.Errorf("%d commands found, want at least %d", found, least)
	}
	t.Logf("%d commands", found)
}

// untaken is why the command line does not take a line; empty if it does.
func untaken(t *testing.T, line string) string {
	t.Helper()
	line, _, _ = strings.Cut(line, " #")
	line = strings.NewReplacer("[ --", " --", "}]", "}").Replace(line) // parts that go where they have no value
	line = regexp.MustCompile(`\{[a-z_]+\}`).ReplaceAllString(line, "1")
	line = regexp.MustCompile(`"[^"]*"|'[^']*'`).ReplaceAllString(line, "1")
	root := newRoot(clitest.Env(msg.English))
	root.InitDefaultHelpCmd()
	c, args, err := root.Find(strings.Fields(line)[1:])
	if err != nil {
		return err.Error()
	}
	if err := c.ParseFlags(args); err != nil && !errors.Is(err, pflag.ErrHelp) {
		return err.Error()
	}
	fault := ""
	c.Flags().Visit(func(f *pflag.Flag) {
		if value := f.Value.String(); len(value) > 1 && strings.HasPrefix(value, "-") {
			fault = "--" + f.Name + " has no value"
		}
	})
	if err := c.ValidateArgs(c.Flags().Args()); err != nil && fault == "" {
		fault = err.Error()
	}
	return fault
}

// No sentence names a flag that no command has.
func TestTextsNameFlagsThatAreThere(t *testing.T) {
	there, found := map[string]bool{"--": true}, 0
	for _, c := range commands(newRoot(clitest.Env(msg.English))) {
		c.InitDefaultHelpFlag()
		for _, set := range []*pflag.FlagSet{c.Flags(), c.PersistentFlags()} {
			set.VisitAll(func(f *pflag.Flag) { there["--"+f.Name] = true })
		}
	}
	mention, others := regexp.MustCompile(`--[a-z][a-z0-9-]*`), regexp.MustCompile(`(?m)^  (age|docker|git|openssl|keytool) .*$`)
	for _, lang := range clitest.Languages() {
		p := msg.Printer{Lang: lang}
		for _, key := range p.Keys() {
			text, _ := p.Lookup(key)
			text = others.ReplaceAllString(text, "")
			for _, flag := range mention.FindAllString(text, -1) {
				found++
				if !there[flag] {
					t.Errorf("%s %s: no command has the flag %s", lang, key, flag)
				}
			}
		}
	}
	if least := 700; found < least {
		t.Errorf("%d flags found, want at least %d", found, least)
	}
	t.Logf("%d flags", found)
}
