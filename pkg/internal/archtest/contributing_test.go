package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
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

// A test that CONTRIBUTING.md names as the proof of something is there.
func TestContributingNamesTests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && s.isTest() {
				there = append(there, f.Name.Name)
			}
		}
	}
	named := regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(text), -1)
	for _, name := range named {
		if !slices.ContainsFunc(there, func(test string) bool { return strings.HasPrefix(test, name) }) { // -run takes a beginning
			t.Errorf("CONTRIBUTING.md names %s, which is no test", name)
		}
	}
	if t.Logf("%d tests are named", len(named)); len(named) < 20 {
		t.Error("it names none")
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
		return "`cli`, every family, `disk`, `lifecycle`, `msg`, `page`, `problem`, `pushcert`, `state`, `term`, `cli/typed`, `internal/caught`, `internal/mask` |"
	}
	return "`" + strings.ReplaceAll(strings.Join(ours, "`, `"), "pkg/", "") + "` |"
}
