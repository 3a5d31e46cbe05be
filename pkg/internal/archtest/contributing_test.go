package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// CONTRIBUTING.md shows the table to people. A row that is not as here misleads them.
func TestContributingShowsTheTable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range table() {
		if strings.Contains(name, "internal") {
			continue
		}
		if want := "| `" + name + "` | " + cell(name, row); !strings.Contains(string(text), want) {
			t.Errorf("CONTRIBUTING.md has no row that begins with %s", want)
		}
	}
}

// cell is what the second column says of a row.
func cell(name string, row rule) string {
	switch {
	case len(row.ours) == 0:
		return "nothing |"
	case name == "pkg/cli":
		return "all;"
	}
	return "`" + strings.ReplaceAll(strings.Join(row.ours, "`, `"), "pkg/", "") + "` |"
}
