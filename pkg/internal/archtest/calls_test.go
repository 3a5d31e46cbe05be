package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"testing"
)

func TestOnlyMainTouchesTheWorld(t *testing.T) {
	for _, s := range sources(t) {
		if s.path == "cmd/apnsctl/main.go" || s.isTest() {
			continue
		}
		for _, wrong := range badUses(s, slices.Concat(world(), table()[s.pkg()].calls)) {
			t.Error(wrong)
		}
	}
}

// badUses says which of the forbidden names (import path, dot, name) a file uses.
func badUses(s source, forbidden []string) []string {
	var wrong []string
	imports := s.imports()
	ast.Inspect(s.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		from, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		if name := imports[from.Name] + "." + selector.Sel.Name; slices.Contains(forbidden, name) {
			wrong = append(wrong, fmt.Sprintf("%s uses %s: let it come in", s.path, name))
		}
		return true
	})
	return wrong
}
