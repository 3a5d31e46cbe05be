// Hello is what a program with cobra and viper costs at least, for `bench start`.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"
)

func main() {
	root := &cobra.Command{Use: "hello"}
	root.AddCommand(&cobra.Command{
		Use: "version",
		RunE: func(c *cobra.Command, _ []string) error {
			settings := viper.New()
			settings.SetDefault("greeting", "hello")
			_, err := fmt.Fprintln(c.OutOrStdout(), settings.GetString("greeting"))
			return err
		},
	})
	if root.Execute() != nil {
		os.Exit(1)
	}
}
