package archtest

import (
	"os"
	"path/filepath"
	"slices"
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
		if strings.Contains(name, "internal") || strings.HasSuffix(name, "test") {
			continue
		}
		if want := "| `" + name + "` | " + cell(name, row); !strings.Contains(string(text), want) {
			t.Errorf("CONTRIBUTING.md has no row that begins with %s", want)
		}
	}
}

// cell is what the second column says of a row.
func cell(name string, row rule) string {
	ours := slices.DeleteFunc(slices.Clone(row.ours), func(ours string) bool { return strings.HasPrefix(ours, name+"/") })
	switch {
	case len(ours) < len(row.ours) && len(ours) == 0:
		return "its rooms |"
	case len(ours) == 0:
		return "nothing |"
	case name == "pkg/command":
		return "`cli`, every family, `disk`, `lifecycle`, `msg`, `page`, `problem`, `pushcert`, `state`, `term`, `internal/caught` |"
	}
	return "`" + strings.ReplaceAll(strings.Join(ours, "`, `"), "pkg/", "") + "` |"
}
