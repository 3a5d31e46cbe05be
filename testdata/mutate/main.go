// Command mutate takes checks out of the sources, one at a time, and tells which of them no test
// of their package misses. The tree stays as it is: go test gets each mutant as an overlay.
//
//	go run ./testdata/mutate [-sample N] [-seed N] PACKAGE...
//
// Its exit status is 1 if a mutant survives that known.txt does not list with a reason.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// patience is how long the tests of a package may take; a mutant may never end.
const patience = 90 * time.Second

//go:embed known.txt
var known string

func main() {
	sample := flag.Int("sample", 0, "how many mutants to try; 0 is all")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "which mutants are taken")
	flag.Parse()
	survived, err := run(flag.Args(), *sample, *seed)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case survived > 0:
		os.Exit(1)
	}
}

// run tries a sample of the mutants of the packages, and counts those that nobody noticed.
func run(packages []string, sample int, seed uint64) (survived int, err error) {
	var all []mutant
	for _, name := range packages {
		found, err := mutantsOf(name)
		if err != nil {
			return 0, err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return 0, fmt.Errorf("no check to take out in %q", packages)
	}
	total := len(all)
	random := rand.New(rand.NewPCG(seed, seed))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if sample > 0 {
		all = all[:min(sample, len(all))]
	}
	scratch, err := os.MkdirTemp("", "mutate-*")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(scratch)
	reasons, count := reasonsOf(known), map[fate]int{}
	for _, m := range all {
		end, err := m.try(scratch)
		if err != nil {
			return survived, err
		}
		if end == alive && reasons[m.name()] != "" {
			end = excused
		}
		count[end]++
		if end == alive {
			fmt.Printf("survives: %s:%d: %s\n", m.file, m.line, m.name())
		}
	}
	fmt.Printf("%d of %d mutants (seed %d): %d die, %d survive, %d survive for a known reason, %d do not compile\n",
		len(all), total, seed, count[dead], count[alive], count[excused], count[invalid])
	return count[alive], nil
}

// reasonsOf reads the list of known survivors: a line for each, the reason on an indented one below.
func reasonsOf(text string) map[string]string {
	reasons, name := map[string]string{}, ""
	for line := range strings.Lines(text) {
		switch line = strings.TrimRight(line, "\n"); {
		case line == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "\t"):
			reasons[name] += strings.TrimSpace(line)
		default:
			name = line
		}
	}
	return reasons
}

// fate is what becomes of a mutant.
type fate int

const (
	dead    fate = iota // a test fails
	alive               // no test fails
	excused             // no test fails, and known.txt says why
	invalid             // it does not compile
)

// try runs the tests of a mutant's package.
func (m mutant) try(scratch string) (fate, error) {
	changed, overlay := filepath.Join(scratch, "mutant.go"), filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(changed, m.text, 0o600); err != nil {
		return 0, err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {m.path: changed}})
	if err == nil {
		err = os.WriteFile(overlay, list, 0o600)
	}
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-short", "-failfast", "-vet=off",
		"-timeout", patience.String(), m.pkg).CombinedOutput()
	switch {
	case err == nil:
		return alive, nil
	case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
		return invalid, nil
	}
	return dead, nil
}
