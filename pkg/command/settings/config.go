package settings

import (
	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
)

// NewConfig makes the command config, which holds those about the config file itself.
func NewConfig(env *cli.Env) *cobra.Command {
	return cli.Group("config COMMAND",
		newConfigProfiles(env),
	)
}
