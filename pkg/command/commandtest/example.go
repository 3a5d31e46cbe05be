package commandtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Show runs a command line for an example, as a program does that has apnsctl built in, and prints the
// result, and the status if it is not 0. The config file is a copy of a sample; without one there is
// none. The clock stands still.
func Show(sample string, args ...string) {
	folder, err := os.MkdirTemp("", "apnsctl-example-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }() // the system clears away what stays
	config := filepath.Join(folder, "config.yaml")
	if sample != "" {
		text, err := os.ReadFile(sample)
		if err == nil {
			err = os.WriteFile(config, text, 0o600)
		}
		if err != nil {
			panic(err)
		}
	}
	streams, stdout, _ := term.Test()
	env := &cli.Env{
		IO:     streams,
		Now:    func() time.Time { return time.Date(2026, time.December, 1, 9, 0, 0, 0, time.UTC) },
		Getenv: func(name string) string { return map[string]string{"APNSCTL_CONFIG": config}[name] },
	}
	status := command.Main(context.Background(), env, args)
	for line := range strings.Lines(strings.ReplaceAll(stdout.String(), folder, "FOLDER")) {
		fmt.Println(strings.TrimRight(line, " \n"))
	}
	if status != 0 {
		fmt.Println("status", status)
	}
}
