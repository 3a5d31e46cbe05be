package push_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/term"
)

func TestPushChild(t *testing.T) {
	if args := os.Getenv(commandtest.ChildArgs); args != "" {
		os.Exit(commandtest.Child(t, &cli.Env{IO: term.New(os.Stdin, os.Stdout, os.Stderr, true), Now: time.Now, Getenv: os.Getenv}, args))
	}
}

// TestKilledPushesGoOn kills a push at random moments and resumes it, again and again.
// In the end APNs has every token; what was pushed twice is only what the journal did not
// have yet, and has the same apns-id.
func TestKilledPushesGoOn(t *testing.T) {
	t.Parallel()
	fleet, kills := depth.Of(100_000, 24_000), depth.Of(6, 3)
	// inFlight bounds what a kill may lose: the streams of two connections, what waits
	// between engine and journal, and a batch of lines.
	const inFlight = 6000
	w := commandtest.NewPushWorld(t)
	journalFile, input := w.Path("journal"), w.Path("fleet.csv")
	writeFleet(t, input, fleet)
	args := w.Args("--tokens-file", input, "--results", journalFile, "--resume")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, seed))
	var settled []map[string]bool // by kill: tokens that the journal had
	var before []int              // by kill: pushes that APNs had
	for i := range kills {
		child := w.Start(args)
		await(w, journalFile, (i*fleet+rng.IntN(fleet))/kills)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed, or was done before
		before = append(before, len(w.Pushes()))
		settled = append(settled, accepted(t, journalFile))
	}
	last := w.Start(args)
	if err := last.Wait(); err != nil {
		t.Fatalf("the last run: %v\n%s", err, last.Stderr)
	}

	pushes := w.Pushes()
	ids := map[string]string{}
	for i, p := range pushes {
		if id, again := ids[p.Token]; again && id != p.APNsID {
			t.Fatalf("a token was pushed with two apns-ids")
		}
		ids[p.Token] = p.APNsID
		for kill, n := range before {
			if i >= n && settled[kill][p.Token] {
				t.Fatalf("a token was pushed again after kill %d, although the journal had it", kill)
			}
		}
	}
	if len(ids) != fleet || len(accepted(t, journalFile)) != fleet {
		t.Errorf("APNs has %d tokens, the journal %d, want %d", len(ids), len(accepted(t, journalFile)), fleet)
	}
	repeated := len(pushes) - fleet
	t.Logf("%d pushes were repeated after %d kills", repeated, kills)
	if repeated > kills*inFlight {
		t.Errorf("%d pushes were repeated", repeated)
	}
}

func writeFleet(t *testing.T, name string, n int) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("token,push_magic\n")
	for i := range n {
		fmt.Fprintf(&b, "%064x,magic-%d\n", i+1, i)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// await waits until a journal has so many lines, as far as its size can tell.
func await(w *commandtest.PushWorld, name string, lines int) {
	w.T.Helper()
	const line = 190 // bytes, about
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if info, err := os.Stat(name); err == nil && info.Size() >= int64(lines*line) {
			return
		}
		if time.Now().After(deadline) {
			w.T.Fatalf("the journal does not grow to %d lines", lines)
		}
	}
}

// accepted are the tokens that a journal has as accepted, each of which it may have once.
func accepted(t *testing.T, name string) map[string]bool {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tokens := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var line struct{ Token, Class string }
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Class != "accepted" {
			continue // the header, or a torn tail
		}
		if tokens[line.Token] {
			t.Fatal("the journal has a token twice as accepted")
		}
		tokens[line.Token] = true
	}
	return tokens
}
