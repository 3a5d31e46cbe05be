package watch_test

import (
	"io"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// run runs a command line on a config file at [fleetNow].
func run(tb testing.TB, out io.Writer, config, lang string, args ...string) int {
	tb.Helper()
	env := map[string]string{"APNSCTL_CONFIG": config, "APNSCTL_LANG": lang}
	streams := &term.Streams{In: nil, Out: out, Err: io.Discard, Columns: term.Columns}
	return command.Main(tb.Context(), &cli.Env{IO: streams, Now: func() time.Time { return fleetNow() }, Getenv: func(name string) string { return env[name] }}, args)
}

// The limit is a second for ten thousand; beside it see what the plain YAML library needs to
// load them alone (BenchmarkPlainYAML10000Profiles in package state).
func BenchmarkStatus10000Profiles(b *testing.B) {
	config := fleet(b, 10000, mixed, nil)
	for _, output := range []string{"text", "json", "csv", "prometheus", "html"} {
		b.Run(output, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if status := run(b, io.Discard, config, "en", "status", "-o", output); status != 3 {
					b.Fatal(status)
				}
			}
		})
	}
}

func BenchmarkVerifyOneOf10000Profiles(b *testing.B) {
	config := fleet(b, 10000, mixed, nil)
	b.ReportAllocs()
	for b.Loop() {
		if status := run(b, io.Discard, config, "en", "verify", "-p", "customer-05000"); status != 0 {
			b.Fatal(status)
		}
	}
}
