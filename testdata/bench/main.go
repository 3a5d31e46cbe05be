// Bench measures apnsctl's push engine beside its peers: every client pushes to the same
// server, on the same machine, in the same run, in turn, and each is a process of its own
// whose time and memory the system counts. It runs on Linux; h2load and nghttpd come from
// the packages nghttp2-client and nghttp2-server.
//
//	go run ./testdata/bench            all that follows, one after the other
//	go run ./testdata/bench compare    throughput and CPU: engine, h2load, apns2
//	go run ./testdata/bench delay      answers that come 20 ms later, on 1, 2 and 4 connections
//	go run ./testdata/bench memory     peak memory at 500 thousand and at 5 million pushes
//	go run ./testdata/bench inspect    10,000 certificates: apnsctl, plain Go, openssl, certigo
//	go run ./testdata/bench start      what a start costs, beside a hello with cobra and viper
//
// The flags -rounds, -pushes, -files and -starts shorten a run. The numbers are medians; what does not
// hold is said so, and the exit status is 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// settings are the flags.
type settings struct {
	rounds int
	pushes int
	files  int
	starts int
	delay  time.Duration

	// Of the processes that the program starts itself.
	endpoint, identity string
	connections        int
	folder, root       string
}

// errMissed is the end of a run in which a goal was missed.
var errMissed = errors.New("a goal was missed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	roles := map[string]func(context.Context, settings) error{
		"all": all, "compare": compare, "delay": delay, "memory": memory, "inspect": inspect, "start": start,
		"serve": serve, "engine": pushEngine, "apns2": pushAPNs2, "plain": plain, // started by those above
	}
	role := "all"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		role, args = args[0], args[1:]
	}
	if roles[role] == nil {
		return errors.New("say compare, delay, memory, inspect or start, or nothing for all of them")
	}
	var s settings
	flags := flag.NewFlagSet(role, flag.ContinueOnError)
	flags.IntVar(&s.rounds, "rounds", 5, "measurements of each client")
	flags.IntVar(&s.pushes, "pushes", 1_000_000, "pushes of a measurement (apns2: a tenth)")
	flags.IntVar(&s.files, "files", 10_000, "certificates to inspect")
	flags.IntVar(&s.starts, "starts", 200, "starts of each program")
	flags.DurationVar(&s.delay, "delay", 20*time.Millisecond, "how much later the server answers")
	flags.StringVar(&s.endpoint, "endpoint", "", "of a client process: where to push")
	flags.StringVar(&s.identity, "identity", "", "of a client or server process: PEM file")
	flags.IntVar(&s.connections, "connections", 2, "of a client process: connections, or workers of apns2")
	flags.StringVar(&s.folder, "folder", "", "of a plain loop: the certificates")
	flags.StringVar(&s.root, "root", "", "of a plain loop: the issuer's certificate")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if slices.Contains([]string{"all", "compare", "delay", "memory", "inspect", "start"}, role) {
		printMachine(ctx)
	}
	return roles[role](ctx, s)
}

// all measures everything, also after a missed goal.
func all(ctx context.Context, s settings) error {
	missed := false
	for _, part := range []func(context.Context, settings) error{compare, delay, memory, inspect, start} {
		switch err := part(ctx, s); {
		case errors.Is(err, errMissed):
			missed = true
		case err != nil:
			return err
		}
	}
	return verdict(missed)
}

// self starts this program in another role.
func self(ctx context.Context, role string, args ...string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, path, append([]string{role}, args...)...), nil
}
