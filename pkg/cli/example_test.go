package cli_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// A command computes its view, and the frame prints it as the flags want it.
func Example() {
	env := &cli.Env{
		IO: term.New(os.Stdin, os.Stdout, os.Stderr, true), Now: time.Now,
		Getenv: func(string) string { return "" },
	}
	type greetingView struct {
		Greeting string `json:"greeting"`
	}
	greet := cli.Command("greet NAME", cli.ArgCount{Least: 1, Most: 1}, func(_ context.Context, args []string) error {
		return env.Result(greetingView{"hello, " + args[0]}, func(*cli.Page) {})
	})
	root := cli.Group("apnsctl", greet)
	env.GlobalFlags(root.PersistentFlags())
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return env.Begin(c) }
	root.SetArgs([]string{"greet", "Tokyo", "-o", "json"})
	fmt.Println(root.Execute())
	// Output:
	// {
	//   "schema": "apnsctl/v1",
	//   "ok": true,
	//   "result": {
	//     "greeting": "hello, Tokyo"
	//   }
	// }
	// <nil>
}
