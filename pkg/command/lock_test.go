package command_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// TestConfigFileThatAnotherHolds waits for the lock of the config file in a bubble, where
// the clock jumps ahead whenever everybody sleeps. The lock is the kernel's: whoever holds
// it by another descriptor is as good as another process.
func TestConfigFileThatAnotherHolds(t *testing.T) {
	for _, row := range []struct {
		name                string
		interrupt, released time.Duration // after which; 0 never
		code                problem.Code
		status              problem.Exit
		waited              time.Duration
	}{
		{name: "for too long", code: problem.StateLocked, status: problem.ExitState, waited: 30 * time.Second},
		{name: "for a while", released: 10 * time.Second, waited: 10 * time.Second},
		{name: "until the person gives up", interrupt: 5 * time.Second, code: problem.Interrupted, status: problem.ExitInterrupted, waited: 5 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := &commandtest.PushWorld{T: t, Dir: t.TempDir()}
			w.Must("init", "--no-passphrase", "--organization", "Example", "--country", "JP")
			lock := flock.New(w.Path("config.yaml.lock"))
			if err := lock.Lock(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = lock.Close() })
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if row.interrupt > 0 {
					time.AfterFunc(row.interrupt, cancel)
				}
				if row.released > 0 {
					time.AfterFunc(row.released, func() { _ = lock.Unlock() })
				}
				streams, out, _ := term.Test()
				getenv := func(name string) string { return map[string]string{"APNSCTL_CONFIG": w.Path("config.yaml")}[name] }
				began := time.Now()
				status := command.Main(ctx, &cli.Env{IO: streams, Now: time.Now, Getenv: getenv}, []string{"vendor", "csr", "--out", w.Path("csr"), "-o", "json"})
				if waited := time.Since(began).Truncate(time.Second); status != int(row.status) || waited != row.waited {
					t.Errorf("status %d after %v, want %d after %v", status, waited, row.status, row.waited)
				}
				var answer struct{ Error struct{ Code problem.Code } }
				if err := json.Unmarshal(out.Bytes(), &answer); err != nil || answer.Error.Code != row.code {
					t.Errorf("%v: %s", err, strings.TrimSpace(out.String()))
				}
			})
		})
	}
}
