package command

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

// verbs are the words that follow the program's name in English prose.
const verbs = "as at can cannot does drops exports have is keeps knows made make may needs never only or refuses signs takes writes"

// No text names a command that is not there, in a line to copy or in the middle of a sentence.
func TestTextsNameCommandsThatAreThere(t *testing.T) {
	mention := regexp.MustCompile(`\bapnsctl ([a-z]+)(?: ([a-z]+))?`)
	root := newRoot(clitest.Env(msg.English))
	root.InitDefaultHelpCmd()
	found := 0
	for lang, prose := range map[msg.Lang][]string{msg.English: strings.Fields(verbs), msg.Japanese: nil} {
		p := msg.Printer{Lang: lang}
		for _, key := range p.Keys() {
			text, _ := p.Lookup(key)
			for _, m := range mention.FindAllStringSubmatch(text, -1) {
				c := subcommand(root, m[1])
				switch {
				case c == nil && !slices.Contains(prose, m[1]):
					t.Errorf("%s: %s names %q, which is no command", lang, key, m[0])
				case c != nil && c.HasSubCommands() && subcommand(c, m[2]) == nil:
					t.Errorf("%s: %s names %q, which is no command", lang, key, m[0])
				case c != nil:
					found++
				}
			}
		}
	}
	if least := 300; found < least {
		t.Errorf("%d commands found, want at least %d", found, least)
	}
	t.Logf("%d commands", found)
}

func subcommand(c *cobra.Command, name string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.Name() == name {
			return sub
		}
	}
	return nil
}
