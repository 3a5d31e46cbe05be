// Command apnsctl manages the life of an Apple MDM push certificate.
package main

import (
	"cmp"
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Set by the release build; a plain `go install` leaves them empty.
var version, commit, date string

// lastWait is how long a command may take to end after a signal; pushes under way get
// their answers in less.
const lastWait = 5 * time.Second

// interrupted is the exit status after a signal.
const interrupted = 130

func main() { os.Exit(run(environment(), lastWait)) }

// environment is the real outside world.
func environment() *cli.Env {
	hidden := withdrawn(secret.PassphraseVariable, secret.FilePasswordVariable)
	noColor := os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
	streams := term.New(os.Stdin, os.Stdout, os.Stderr, noColor)
	streams.Plain = noColor || os.Getenv("ACCESSIBLE") != ""
	return &cli.Env{
		IO:     streams,
		Now:    time.Now,
		Getenv: func(name string) string { return cmp.Or(hidden[name], os.Getenv(name)) },
		Build:  cli.Build{Version: version, Commit: commit, Date: date},
		OnKept: func() { signal.Ignore(syscall.SIGPIPE) },
	}
}

// withdrawn are variables that no program which we start shall inherit.
func withdrawn(names ...string) map[string]string {
	values := map[string]string{}
	for _, name := range names {
		values[name] = os.Getenv(name)
		if err := os.Unsetenv(name); err != nil {
			panic(err) // a name that is none
		}
	}
	return values
}

func run(env *cli.Env, lastWait time.Duration) int {
	if command.Brief(os.Args[1:]) { // to listen for signals starts threads, and would be a sixth of its time
		return command.Main(context.Background(), env, os.Args[1:])
	}
	// A quit signal would end in a dump of the runtime, and exit 2.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	// What waits ends by itself. This is for what cannot, such as an output that nobody
	// reads: a second signal, or some seconds, end the process.
	forget := context.AfterFunc(ctx, func() {
		stop()
		time.Sleep(lastWait)
		os.Exit(interrupted)
	})
	defer stop()
	defer forget() // first: to stop ends ctx, too
	return command.Main(ctx, env, os.Args[1:])
}
