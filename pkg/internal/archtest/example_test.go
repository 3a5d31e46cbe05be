package archtest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A package that others use says what it knows, and shows how it is used.
func TestPackagesExplainThemselves(t *testing.T) {
	shown := 0
	for name := range table() {
		tests := []string{"cmd/apnsctl", "pkg/cli/clitest", "pkg/command/commandtest"}
		rehearsal := "pkg/command/rehearse" // the demo is an example, and takes seconds
		if slices.Contains(append(tests, rehearsal), name) || strings.Contains(name, "internal") {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, name, "doc.go")); err != nil {
			t.Errorf("%s has no doc.go", name)
		}
		text, err := os.ReadFile(filepath.Join(root, name, "example_test.go"))
		if err != nil || !strings.Contains(string(text), "// Output:") {
			t.Errorf("%s has no example that runs (%v)", name, err)
		}
		shown++
	}
	if shown < 30 {
		t.Errorf("only %d packages", shown)
	}
}
