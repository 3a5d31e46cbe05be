package command

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Whatever opens the private keys takes every way to open them, and whatever opens none says so where it is
// given one.
func TestEveryCommandTakesAllWaysToThePassphraseOrSaysThatItNeedsNone(t *testing.T) {
	ways := []string{"passphrase-file", "passphrase-command", "identity"}
	// the file's own passphrase is what these are about, which no other identity takes the place of
	own := []string{"apnsctl init", "apnsctl config passphrase", "apnsctl config recipients add", "apnsctl config recipients remove", "apnsctl config recipients list"}
	take, need := 0, 0
	for _, c := range commands(newRoot(clitest.Env(msg.English))) {
		if c.HasSubCommands() || c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		has := func(flag string) bool { return c.Flags().Lookup(flag) != nil }
		if slices.ContainsFunc(ways, has) {
			take++
			for _, flag := range ways {
				if want := flag != "identity" || !slices.Contains(own, c.CommandPath()); has(flag) != want {
					t.Errorf("%s: --%s is there: %t", c.CommandPath(), flag, has(flag))
				}
			}
			continue
		}
		need++
		for _, flag := range ways {
			err := cli.FlagProblem(c, unknown(c, flag))
			if p := problem.Of(err); p.Key() != "usage.no-key" || !strings.Contains(p.Params["flag"], flag) {
				t.Errorf("%s --%s: %v", c.CommandPath(), flag, err)
			}
		}
	}
	if take < 15 || need < 20 {
		t.Errorf("%d commands take them and %d need none: the search is broken", take, need)
	}
}

// unknown is what the command line says of a flag that is not there.
func unknown(c *cobra.Command, flag string) error { return c.ParseFlags([]string{"--" + flag, "x"}) }
