package settings

import (
	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
)

// NewConfig groups what changes the config file itself.
func NewConfig(env *cli.Env) *cobra.Command {
	return cli.Group(
		"config COMMAND",
		newRecipients(env),
		newPassphraseCommand(env, nil),
	)
}
