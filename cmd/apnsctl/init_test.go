package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Everything that is linked is initialised before any command runs, also for those that need
// none of it. What that allocates is counted, for a time would say more about the machine
// (runtime, GODEBUG=inittrace). The test binary carries some packages more than the program; the
// largest of them do not count, and may not grow into a cost of every script either.
const (
	mostInitBytes = 275_000
	mostTestBytes = 160_000
	mostOwnAllocs = 20 // of all packages of ours: sentinel errors, compiled patterns, the two catalogues
)

// ofTests are packages that tests alone have.
var ofTests = []string{"github.com/apnsctl/apnsctl/cmd/apnsctl", "github.com/google/jsonschema-go/jsonschema", "github.com/rogpeppe/go-internal/testscript"}

func TestStartingTakesLittle(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, "version")
	c.Args[0] = "apnsctl"
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var trace strings.Builder
	c.Stderr = &trace
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
	packages, bytes, own, test := 0, 0, 0, 0
	for line := range strings.Lines(trace.String()) {
		var name string
		var size, allocs int
		if !initLine(line, &name, &size, &allocs) {
			continue
		}
		if slices.Contains(ofTests, name) {
			test += size
			continue
		}
		packages, bytes = packages+1, bytes+size
		if strings.HasPrefix(name, "github.com/apnsctl/apnsctl/pkg/") {
			own += allocs
		}
	}
	t.Logf("%d packages allocate %d bytes, ours %d times; those of the tests %d bytes", packages, bytes, own, test)
	if test == 0 || test > mostTestBytes {
		t.Errorf("packages of the tests allocate %d bytes in each process of the scripts, want at most %d", test, mostTestBytes)
	}
	if packages < 20 || bytes > mostInitBytes || own > mostOwnAllocs {
		t.Errorf("%d packages allocate %d bytes before main, want at most %d; ours allocate %d times, want at most %d", packages, bytes, mostInitBytes, own, mostOwnAllocs)
	}
}

// initLine reads a line such as "init os @0.52 ms, 0.01 ms clock, 816 bytes, 5 allocs".
func initLine(line string, name *string, size, allocs *int) bool {
	var at, clock float64
	n, err := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes, %d allocs", name, &at, &clock, size, allocs)
	return err == nil && n == 5
}
