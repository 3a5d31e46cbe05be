package archtest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What others wrote to be tested against is in tests alone: nothing of it is in what is shipped.
func TestTestersAreNotShipped(t *testing.T) {
	command := exec.CommandContext(t.Context(), "go", "list", "-deps", "./cmd/apnsctl")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked := strings.Fields(string(out))
	if !slices.Contains(linked, module+"pkg/problem") {
		t.Fatal("the list misses the tree")
	}
	for _, name := range linked {
		for _, tester := range []string{"github.com/micromdm/", "github.com/emersion/go-smtp", "github.com/rogpeppe/", "net/http/httptest", "testing"} {
			if name == tester || strings.HasPrefix(name, strings.TrimSuffix(tester, "/")+"/") {
				t.Errorf("%s is linked into apnsctl", name)
			}
		}
	}
}
