package main

import (
	"bytes"
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
	mostInitBytes = 215_000
	mostTestBytes = 160_000
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
	packages, total, test := 0, 0, 0
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
		packages, total = packages+1, total+size
		if strings.HasPrefix(name, "github.com/apnsctl/apnsctl/pkg/") {
			t.Errorf("%s has work before main (%d allocations): what the compiler cannot lay out is made when asked for", name, allocs)
		}
	}
	t.Logf("%d packages allocate %d bytes; those of the tests %d bytes", packages, total, test)
	if test == 0 || test > mostTestBytes {
		t.Errorf("packages of the tests allocate %d bytes in each process of the scripts, want at most %d", test, mostTestBytes)
	}
	if packages < 20 || total > mostInitBytes {
		t.Errorf("%d packages allocate %d bytes before main, want at most %d", packages, total, mostInitBytes)
	}
}

// The linker leaves out methods that nobody calls, unless a method may be called by a name that is
// known at run time alone, as a template does: then every exported method of every type stays, with
// all that it needs. That makes the program a fifth larger, and each start slower. The library for
// it is linked for other things, so that no import tells.
func TestNothingIsCalledByName(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	links := func(function ...string) bool { return bytes.Contains(code, []byte(strings.Join(function, ".")+"\x00")) }
	if !links("reflect", "Value", "Elem") {
		t.Error("the names of functions are not found")
	}
	for _, by := range []string{"Method", "MethodByName"} {
		if links("reflect", "Value", by) || links("reflect", "(*rtype)", by) {
			t.Errorf("reflect's %s is linked: see `go build -ldflags=-dumpdep ./cmd/apnsctl 2>&1 | grep ReflectMethod`", by)
		}
	}
}

// initLine reads a line such as "init os @0.52 ms, 0.01 ms clock, 816 bytes, 5 allocs".
func initLine(line string, name *string, size, allocs *int) bool {
	var at, clock float64
	n, err := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes, %d allocs", name, &at, &clock, size, allocs)
	return err == nil && n == 5
}
