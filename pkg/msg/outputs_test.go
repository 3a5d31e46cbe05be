package msg_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// TestOutputsNameOnlyValuesThatAreThere looks at the texts that are no failure, where the call has their values:
// a placeholder without one would reach people as it stands.
func TestOutputsNameOnlyValuesThatAreThere(t *testing.T) {
	const least = 70
	looked := 0
	for _, folder := range packagesWithProblems(t) {
		for name, file := range parseFolder(t, folder) {
			ast.Inspect(file, func(n ast.Node) bool {
				key, values, ok := outputAsked(n)
				text, there := english().Lookup("output." + key)
				if !ok || !there {
					return true
				}
				looked++
				for _, placeholder := range placeholders(text) {
					if !slices.Contains(values, placeholder) {
						t.Errorf("%s: output.%s names {%s}; there are %v", name, key, placeholder, values)
					}
				}
				return true
			})
		}
	}
	if looked < least {
		t.Errorf("only %d texts: the search is broken", looked)
	}
}

// outputAsked is the text that a call of Say, Advise or T asks for, and the values that stand in the call.
func outputAsked(n ast.Node) (key string, values []string, ok bool) {
	call, _ := n.(*ast.CallExpr)
	if call == nil || len(call.Args) != 2 {
		return "", nil, false
	}
	f, _ := call.Fun.(*ast.SelectorExpr)
	if f == nil || !slices.Contains([]string{"Say", "Advise", "T"}, f.Sel.Name) {
		return "", nil, false
	}
	if key, ok = literal(call.Args[0]); !ok {
		return "", nil, false
	}
	switch given := call.Args[1].(type) {
	case *ast.CompositeLit:
		for _, e := range given.Elts {
			pair, _ := e.(*ast.KeyValueExpr)
			if pair == nil {
				return "", nil, false
			}
			value, _ := literal(pair.Key)
			values = append(values, value)
		}
	case *ast.Ident:
		ok = given.Name == "nil"
	default:
		ok = false
	}
	return strings.TrimPrefix(key, "output."), values, ok
}
