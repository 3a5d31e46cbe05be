package command_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// A program runs a whole command line, with streams, clock and settings of its choice.
func ExampleMain() {
	env := &cli.Env{
		IO: term.New(os.Stdin, os.Stdout, os.Stderr, true), Now: time.Now,
		Getenv: func(string) string { return "" }, Build: cli.Build{Version: "1.2.3"},
	}
	status := command.Main(context.Background(), env, []string{"version"})
	fmt.Println(status)
	// Output:
	// apnsctl 1.2.3
	// 0
}
