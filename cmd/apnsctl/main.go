// Command apnsctl manages the life of an Apple MDM push certificate.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Set by the release build; a plain `go install` leaves them empty.
var version, commit, date string

func main() { os.Exit(run(time.Now)) }

func run(now func() time.Time) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cli.Main(ctx, &cli.Env{
		IO:     term.New(os.Stdin, os.Stdout, os.Stderr, os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"),
		Now:    now,
		Getenv: os.Getenv,
		Build:  cli.Build{Version: version, Commit: commit, Date: date},
	}, os.Args[1:])
}
