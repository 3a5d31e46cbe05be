package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

// A worker takes values. One that embeds a command's options has all flags, and through them the whole
// world, and can never leave the room.
func TestNoWorkerEmbedsOptions(t *testing.T) {
	seen := 0
	for _, s := range sources(t) {
		for name, embedded := range embeddings(s) {
			if !isOptions(embedded) {
				continue
			}
			seen++
			if !isOptions(name) {
				t.Errorf("%s: %s embeds %s: hand it the values that it needs", s.path, name, embedded)
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d structs embed options: the walk missed them", seen)
	}
}

func isOptions(name string) bool {
	return strings.HasSuffix(name, "Options") || name == "options"
}

// embeddings are the structs of a file that embed something, with the last thing that each embeds.
func embeddings(s source) map[string]string {
	found := map[string]string{}
	ast.Inspect(s.file, func(n ast.Node) bool {
		named, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		body, ok := named.Type.(*ast.StructType)
		if !ok {
			return true
		}
		for _, field := range body.Fields.List {
			if len(field.Names) == 0 && (found[named.Name.Name] == "" || isOptions(embeddedName(field.Type))) {
				found[named.Name.Name] = embeddedName(field.Type)
			}
		}
		return true
	})
	return found
}

func embeddedName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}
