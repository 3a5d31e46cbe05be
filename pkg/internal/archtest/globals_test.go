package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		if hasInit(s) {
			t.Errorf("%s has an init function: nothing may happen before main", s.path)
		}
	}
}

func hasInit(s source) bool {
	return slices.ContainsFunc(s.file.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Recv == nil && f.Name.Name == "init"
	})
}

func TestNoVariablesOfAPackage(t *testing.T) {
	allowed := tables()
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, name := range variables(s) {
			key := s.path + ": " + name
			if allowed[key] == "" {
				t.Errorf("%s is a variable of the package and has no reason in tables()", key)
			}
			delete(allowed, key)
		}
	}
	for key := range allowed {
		t.Errorf("tables() gives a reason for %s, which is not there", key)
	}
}

// A table is written by the compiler alone. Only assignments by its own name can be
// seen here, which is how a variable begins to change.
func TestTablesAreNeverAssigned(t *testing.T) {
	names := map[string][]string{}
	for key := range tables() {
		file, name, _ := strings.Cut(key, ": ")
		names[source{path: file}.pkg()] = append(names[source{path: file}.pkg()], name)
	}
	for _, s := range sources(t) {
		for _, name := range assigned(s) {
			if name != "_" && slices.Contains(names[s.pkg()], name) {
				t.Errorf("%s assigns to %s, a table of its package", s.path, name)
			}
		}
	}
}

// variables are the package-level variables of a file but for those that cannot be
// mistaken: sentinel errors, embedded files, compiled patterns.
func variables(s source) []string {
	var names []string
	for _, d := range s.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			if embeds(g.Doc) || embeds(v.Doc) {
				continue
			}
			for i, name := range v.Names {
				if i >= len(v.Values) || !constant(v.Values[i]) {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// constant says that a value is made once and has no way to change.
func constant(value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	return ok && slices.Contains([]string{"errors.New", "regexp.MustCompile"}, from.Name+"."+selector.Sel.Name)
}

// assigned are the names that a file's assignments change, directly, by index or by field.
func assigned(s source) []string {
	var names []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, left := range n.Lhs {
					names = append(names, base(left))
				}
			}
		case *ast.IncDecStmt:
			names = append(names, base(n.X))
		}
		return true
	})
	return names
}

// base is the name that an expression on the left begins with.
func base(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x.Name
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return ""
		}
	}
}
