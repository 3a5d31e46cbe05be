package settings

import (
	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
)

// NewConfig groups the commands about what the config file says.
func NewConfig(env *cli.Env) *cobra.Command {
	return cli.Group(
		"config COMMAND",
		newConfigGet(env, nil), newConfigSet(env, nil), newConfigUnset(env, nil), newConfigList(env, nil), newConfigPath(env, nil),
		newConfigProfiles(env),
		newRecipients(env),
		newPassphraseCommand(env, nil),
	)
}
