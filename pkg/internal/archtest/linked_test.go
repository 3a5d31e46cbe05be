package archtest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What others wrote to be tested against is in tests alone: nothing of it is in what is shipped, where its
// initialisers would be part of each start.
func TestTestersAreNotShipped(t *testing.T) {
	linked := linkedInto(t, "./cmd/apnsctl")
	if !slices.Contains(linked, module+"pkg/problem") {
		t.Fatal("the list misses the tree")
	}
	for _, name := range linked {
		for _, tester := range []string{
			"filippo.io/age/agessh", "golang.org/x/crypto/ssh", "github.com/micromdm/", "github.com/emersion/go-smtp", "github.com/rogpeppe/",
			"net/http/httptest", "testing",
		} {
			if name == tester || strings.HasPrefix(name, strings.TrimSuffix(tester, "/")+"/") {
				t.Errorf("%s is linked into apnsctl", name)
			}
		}
	}
}

// linkedInto are the packages that packages need, with their own.
func linkedInto(t *testing.T, names ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list", "-deps"}, names...)...)
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	return strings.Fields(string(out))
}

// Decisions can be used without a command line: nothing that they need, however far away, knows flags.
func TestEnginesKnowNoCommandLine(t *testing.T) {
	var engines []string
	for name := range table() {
		frame := name == "pkg/cli" || strings.HasPrefix(name, "pkg/cli/") || name == "pkg/command" || strings.HasPrefix(name, "pkg/command/")
		if strings.HasPrefix(name, "pkg/") && !frame {
			engines = append(engines, "./"+name)
		}
	}
	for _, name := range []string{"doctor", "fleet", "signing", "gate", "report", "lifecycle", "pushcert"} {
		if !slices.Contains(engines, "./pkg/"+name) {
			t.Errorf("pkg/%s is not looked at", name)
		}
	}
	for _, name := range linkedInto(t, engines...) {
		if strings.HasPrefix(name, "github.com/spf13/") || name == module+"pkg/cli" || strings.HasPrefix(name, module+"pkg/command") {
			t.Errorf("an engine needs %s", name)
		}
	}
}
