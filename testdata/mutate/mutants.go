package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// mutant is a file in which one check is missing or turned round.
type mutant struct {
	pkg, file, path     string // the import path, the name in the tree, the place on the disk
	line                int
	inside, what, check string // inside is the function
	nth                 int    // among those of the same name in the file
	text                []byte
}

// name tells a mutant from others whatever lines are added above it.
func (m mutant) name() string {
	name := m.file + ": " + m.inside + ": " + m.what + ": " + strings.Join(strings.Fields(m.check), " ")
	if m.nth > 1 {
		name += fmt.Sprintf(" (%d)", m.nth)
	}
	return name
}

// String is the mutant's place and name.
func (m mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.file, m.line, m.name()) }

// mutantsOf makes all mutants of a package.
func mutantsOf(name string) (all []mutant, err error) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{"\n"}}{{.Module.Dir}}{{range .GoFiles}}{{"\n"}}{{$.Dir}}/{{.}}{{end}}`, name).Output()
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for _, path := range lines[2:] {
		file, err := filepath.Rel(lines[1], path)
		if err != nil {
			return nil, err
		}
		found, err := mutantsIn(mutant{pkg: lines[0], file: filepath.ToSlash(file), path: path})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// mutantsIn makes all mutants of a file: each condition negated, and as if it never held; each
// problem that is returned, as if there were none; each finding, as if it were not seen.
func mutantsIn(of mutant) (all []mutant, err error) {
	text, err := os.ReadFile(of.path)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, of.path, text, 0)
	if err != nil {
		return nil, err
	}
	same := map[string]int{}
	add := func(what string, node ast.Node, before, after string) {
		from, to := set.Position(node.Pos()), set.Position(node.End())
		m := of
		m.line, m.what, m.check = from.Line, what, string(text[from.Offset:to.Offset])
		same[m.name()]++
		m.nth = same[m.name()]
		m.text = []byte(string(text[:from.Offset]) + before + m.check + after + string(text[to.Offset:]))
		all = append(all, m)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			of.inside = n.Name.Name
		case *ast.IfStmt:
			add("turned round", n.Cond, "!(", ")")
			add("never holds", n.Cond, "(", ") && false")
		case *ast.ReturnStmt:
			if last := len(n.Results) - 1; last >= 0 && calls(n.Results[last], "New", "Say") {
				add("not returned", n.Results[last], "func() error { _ = ", "; return nil }()")
			}
		case *ast.AssignStmt:
			if len(n.Rhs) == 1 && len(n.Lhs) == 1 && calls(n.Rhs[0], "Found") {
				add("not seen", n, "if false { ", " }")
			}
		}
		return true
	})
	return all, nil
}

// calls tells whether an expression calls one of these functions of the package problem.
func calls(e ast.Expr, names ...string) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if p, ok := s.X.(*ast.Ident); ok && p.Name == "problem" {
			for _, name := range names {
				found = found || s.Sel.Name == name
			}
		}
		return true
	})
	return found
}
