package archtest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageHasARow(t *testing.T) {
	rows := slices.Sorted(maps.Keys(table()))
	found := packages(t)
	for _, name := range found {
		if !slices.Contains(rows, name) {
			t.Errorf("%s is missing from the import table", name)
		}
	}
	for _, name := range rows {
		if !slices.Contains(found, name) {
			t.Errorf("the import table has a row for %s, which does not exist", name)
		}
	}
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, s := range sources(t) {
		for _, wrong := range badImports(s, table()[s.pkg()]) {
			t.Error(wrong)
		}
	}
}

// badImports says which imports of a file its row does not allow.
func badImports(s source, row rule) []string {
	var wrong []string
	for _, full := range slices.Sorted(maps.Values(s.imports())) {
		name, ours := strings.CutPrefix(full, module)
		switch files, restricted := onlyIn()[full]; {
		case ours && !mayImport(s, row, name):
			wrong = append(wrong, fmt.Sprintf("%s imports %s, which its row does not allow", s.path, name))
		case !s.isTest() && slices.Contains(row.never, full):
			wrong = append(wrong, fmt.Sprintf("%s imports %s, which its row forbids", s.path, full))
		case restricted && (!ours || !s.isTest()) && !slices.ContainsFunc(files, s.matches):
			wrong = append(wrong, fmt.Sprintf("%s imports %s, which only %s may", s.path, full, strings.Join(files, " and ")))
		}
	}
	return wrong
}

func mayImport(s source, row rule, name string) bool {
	return slices.Contains(row.ours, name) ||
		s.isTest() && (name == s.pkg() || slices.Contains(forTests(s.pkg()), name))
}

func (s source) matches(pattern string) bool {
	is, err := path.Match(pattern, s.path)
	return err == nil && is
}

// A restriction that names a file which is gone guards nothing.
func TestRestrictedImportsAreUsed(t *testing.T) {
	all := sources(t)
	for full, patterns := range onlyIn() {
		for _, pattern := range patterns {
			if !slices.ContainsFunc(all, func(s source) bool {
				return s.matches(pattern) && slices.Contains(slices.Collect(maps.Values(s.imports())), full)
			}) {
				t.Errorf("%s is allowed to import %s and does not", pattern, full)
			}
		}
	}
}
