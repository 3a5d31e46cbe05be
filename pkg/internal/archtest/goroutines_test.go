package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// A panic in a goroutine of its own would end the program with the runtime's status 2, which in this
// program means a mistake in the command. The simulator is no part of what runs unattended.
func TestPanicsInGoroutinesAreCaught(t *testing.T) {
	seen := 0
	for _, s := range sources(t) {
		if s.isTest() || strings.HasPrefix(s.path, "pkg/simulator/") {
			continue
		}
		safe := catching(s.file)
		for _, d := range s.file.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				if startsGoroutine(n) {
					seen++
					if !catches(n, safe) && !mentions(d, "caught", "Group") {
						t.Errorf("%s: nobody catches the panic of a goroutine at byte %d: see pkg/internal/caught", s.path, n.Pos())
					}
				}
				return true
			})
		}
	}
	if seen < 10 {
		t.Errorf("only %d goroutines were found", seen)
	}
}

// startsGoroutine tells whether a node is a go statement or a call of a method Go.
func startsGoroutine(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.CallExpr:
		method, ok := n.Fun.(*ast.SelectorExpr)
		return ok && method.Sel.Name == "Go" && len(n.Args) == 1
	}
	return false
}

// catching are the names of what catches the panics within: those of package caught and of the guards
// built on it, and functions of the file that call it themselves.
func catching(file *ast.File) []string {
	names := []string{"Run", "guarded"}
	for _, d := range file.Decls {
		if function, ok := d.(*ast.FuncDecl); ok && mentions(function, "caught", "Run") {
			names = append(names, function.Name.Name)
		}
	}
	return names
}

// catches tells whether a goroutine calls what catches its panics, or nothing that can panic.
func catches(n ast.Node, safe []string) bool {
	works, calls := false, 0
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			switch name := calledName(call); {
			case slices.Contains(safe, name):
				works = true
			case !slices.Contains([]string{"", "close", "make", "Done", "CloseWithError"}, name):
				calls++
			}
		}
		return true
	})
	return works || calls == 0
}

func calledName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func mentions(n ast.Node, from, name string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok && selector.Sel.Name == name {
			x, ok := selector.X.(*ast.Ident)
			found = found || ok && x.Name == from
		}
		return true
	})
	return found
}
