// Command mutate takes checks out of the sources, one at a time, and tells which of them no test
// of their package misses. The tree stays as it is: go test gets each mutant as an overlay.
//
//	go run ./testdata/mutate [-sample N] [-seed N] [-match TEXT] [-skip TESTS] PACKAGE...
//
// A seed orders the mutants by what they change, so that the same ones are tried until they are
// changed themselves, whatever is written around them. Tests that take long are skipped at first,
// and see those mutants alone that the others do not miss.
// Its exit status is 1 if a mutant survives that known.txt does not list with a reason.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	match := flag.String("match", "", "try those alone whose place or name contains this, such as read.go:139")
	skip := flag.String("skip", "", "tests that take long (a regular expression)")
	flag.Parse()
	survived, err := run(flag.Args(), *match, *skip, *sample, *seed)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case survived > 0:
		os.Exit(1)
	}
}

// run tries a sample of the mutants of the packages, and counts those that nobody noticed.
func run(packages []string, match, skip string, sample int, seed uint64) (survived int, err error) {
	var all []mutant
	for _, name := range packages {
		found, err := mutantsOf(name)
		if err != nil {
			return 0, err
		}
		all = append(all, slices.DeleteFunc(found, func(m mutant) bool { return !strings.Contains(m.String(), match) })...)
	}
	if len(all) == 0 {
		return 0, fmt.Errorf("no check to take out in %q", packages)
	}
	total := len(all)
	place := func(m mutant) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, m.name()))
		return string(sum[:])
	}
	slices.SortStableFunc(all, func(a, b mutant) int { return strings.Compare(place(a), place(b)) })
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
		end, err := m.try(scratch, skip)
		if err == nil && end == alive && skip != "" {
			end, err = m.try(scratch, "")
		}
		if err != nil {
			return survived, err
		}
		if end == alive && reasons[m.name()] != "" {
			end = excused
		}
		count[end]++
		switch end {
		case alive:
			fmt.Printf("survives: %s\n", m)
		case endless:
			fmt.Printf("does not end: %s\n", m)
		}
	}
	fmt.Printf("%d of %d mutants (seed %d): %d die, %d do not end, %d survive, %d survive for a known reason, %d do not compile\n",
		len(all), total, seed, count[dead], count[endless], count[alive], count[excused], count[invalid])
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
	endless             // the tests were still running when patience was over: no test says what is wrong
	alive               // no test fails
	excused             // no test fails, and known.txt says why
	invalid             // it does not compile
)

// try runs the tests of a mutant's package, but those to skip.
func (m mutant) try(scratch, skip string) (fate, error) {
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
		"-timeout", patience.String(), "-skip", skip, m.pkg).CombinedOutput()
	switch {
	case err == nil:
		return alive, nil
	case ctx.Err() != nil, bytes.Contains(out, []byte("panic: test timed out after ")):
		return endless, nil
	case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
		return invalid, nil
	}
	return dead, nil
}
