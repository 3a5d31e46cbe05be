package msg_test

import (
	"go/ast"
	"go/token"
	"strconv"
)

// values are what an argument may be: a constant, all that is assigned to a variable,
// or the place of the function's parameter, -1 if it is none.
func (s *source) values(f *ast.FuncDecl, e ast.Expr, constant func(ast.Expr) string) (found []string, place int) {
	if v := constant(e); v != "" {
		return []string{v}, -1
	}
	if place := parameter(f, e); place >= 0 {
		return nil, place
	}
	for value := range assigned(f, e) {
		if v := constant(value); v != "" {
			found = append(found, v)
		}
	}
	return found, -1
}

// code is the value of an expression problem.Name, or empty.
func (s *source) code(e ast.Expr) string {
	if sel, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "problem" {
			return s.codes[sel.Sel.Name]
		}
	}
	return ""
}

// parameter is the place of e among the parameters of f, or -1.
func parameter(f *ast.FuncDecl, e ast.Expr) int {
	id, ok := e.(*ast.Ident)
	if !ok {
		return -1
	}
	place := 0
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			if name.Name == id.Name {
				return place
			}
			place++
		}
	}
	return -1
}

// assigned yields what f assigns to a variable.
func assigned(f *ast.FuncDecl, e ast.Expr) func(func(ast.Expr) bool) {
	return func(yield func(ast.Expr) bool) {
		id, ok := e.(*ast.Ident)
		ast.Inspect(f, func(n ast.Node) bool {
			a, isAssign := n.(*ast.AssignStmt)
			if !ok || !isAssign || len(a.Lhs) != len(a.Rhs) {
				return ok
			}
			for i, lhs := range a.Lhs {
				if l, is := lhs.(*ast.Ident); is && l.Name == id.Name {
					ok = yield(a.Rhs[i])
				}
			}
			return ok
		})
	}
}

// names are the keys of a Params expression: of a literal, or of a variable that a
// literal is assigned to, with what is added to it.
func names(f *ast.FuncDecl, e ast.Expr) (keys []string, known bool) {
	switch e := e.(type) {
	case *ast.CompositeLit:
		for _, el := range e.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				key, _ := literal(kv.Key)
				keys = append(keys, key)
			}
		}
		return keys, true
	case *ast.Ident:
		if e.Name == "nil" {
			return nil, true
		}
		for value := range assigned(f, e) {
			k, ok := names(f, value)
			keys, known = append(keys, k...), ok
		}
		return append(keys, added(f, e.Name)...), known
	}
	return nil, false
}

// added are the keys that f puts into a map by index.
func added(f *ast.FuncDecl, name string) (keys []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		if x, ok := n.(*ast.IndexExpr); ok {
			if id, ok := x.X.(*ast.Ident); ok && id.Name == name {
				if key, ok := literal(x.Index); ok {
					keys = append(keys, key)
				}
			}
		}
		return true
	})
	return keys
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
