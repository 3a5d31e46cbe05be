package msg_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sentence is one place in the sources that asks for a sentence of the problem file.
type sentence struct {
	key    string // "code" or "code.variant"
	file   string
	params []string // the values it may name
	known  bool     // whether params could be told from the source
}

// sentencesInSources finds every sentence that a package asks for, by following the
// calls of problem.New, Say, Found and FoundAs through the functions that wrap them.
func sentencesInSources(t *testing.T) []sentence {
	t.Helper()
	codes := codesByName(t)
	var all []sentence
	for _, name := range packagesWithProblems(t) {
		s := &source{codes: codes, wrappers: map[string]wrapper{}, files: parseFolder(t, name)}
		for {
			before := len(s.wrappers)
			s.found, s.unresolved, s.tables = nil, nil, map[string]bool{}
			s.walk()
			if len(s.wrappers) == before {
				break
			}
		}
		for _, file := range s.unresolved {
			if !s.tables[file] {
				t.Errorf("%s asks for a sentence whose variant cannot be told from the source", file)
			}
		}
		all = append(all, s.found...)
	}
	return all
}

// packagesWithProblems are the folders whose sources import package problem.
func packagesWithProblems(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir("..", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !isSource(e) || slices.Contains(found, filepath.Dir(name)) {
			return err
		}
		text, err := os.ReadFile(name)
		if bytes.Contains(text, []byte(`"github.com/apnsctl/apnsctl/pkg/problem"`)) {
			found = append(found, filepath.Dir(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 8 {
		t.Fatalf("only %q: the search is broken", found)
	}
	return found
}

// parseFolder parses a package without its tests.
func parseFolder(t *testing.T, dir string) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !isSource(e) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(dir)+"/"+e.Name()] = f
	}
	return files
}

func isSource(e fs.DirEntry) bool {
	return strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go")
}

// codesByName maps the constants of package problem to their values.
func codesByName(t *testing.T) map[string]string {
	t.Helper()
	codes := map[string]string{}
	for _, f := range parseFolder(t, "../problem") {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Code" {
				codes[spec.Names[0].Name], _ = literal(spec.Values[0])
			}
			return true
		})
	}
	return codes
}

// wrapper says which arguments of a function are a sentence's code, variant and
// values. A place below zero is none; what is fixed inside of the function is given.
type wrapper struct {
	code, variant, params int
	codes, variants       []string
	names                 []string
	known                 bool
}

// direct are the constructors of package problem.
func direct(name string) (wrapper, bool) {
	w, ok := map[string]wrapper{
		"New":     {code: 0, variant: -1, params: 1},
		"Say":     {code: 0, variant: 1, params: 2},
		"Found":   {code: 0, variant: -1, params: 2},
		"FoundAs": {code: 0, variant: 1, params: 3},
	}[name]
	return w, ok
}

// source is one package on its way through the search.
type source struct {
	codes    map[string]string
	wrappers map[string]wrapper // by function name
	files    map[string]*ast.File
	found    []sentence
	// unresolved are files that ask for a variant which only a table knows; tables are
	// the files that have one.
	unresolved []string
	tables     map[string]bool
}

func (s *source) walk() {
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		for _, d := range s.files[name].Decls {
			f, _ := d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					s.call(name, f, n)
				case *ast.CompositeLit:
					s.pair(name, n.Elts)
				case *ast.AssignStmt:
					s.pair(name, n.Rhs)
				}
				return true
			})
		}
	}
}

// pair takes a code beside a variant, as tables hold them.
func (s *source) pair(file string, values []ast.Expr) {
	if len(values) != 2 {
		return
	}
	variant, ok := literal(values[1])
	if code := s.code(values[0]); ok && code != "" {
		s.found = append(s.found, sentence{key: code + "." + variant, file: file})
		s.tables[file] = true
	}
}

// call notes the sentence that a call asks for, or that its function is a wrapper.
func (s *source) call(file string, f *ast.FuncDecl, c *ast.CallExpr) {
	w, ok := s.wrapperOf(c)
	if !ok || f == nil {
		return
	}
	own := wrapper{code: -1, variant: -1, params: -1, codes: w.codes, variants: w.variants, names: w.names, known: w.known}
	if w.code >= 0 {
		own.codes, own.code = s.values(f, c.Args[w.code], s.code)
	}
	if w.variant >= 0 {
		own.variants, own.variant = s.values(f, c.Args[w.variant], func(e ast.Expr) string { v, _ := literal(e); return v })
	}
	if w.params >= 0 {
		own.names, own.known = names(f, c.Args[w.params])
		own.params = parameter(f, c.Args[w.params])
	}
	if own.code >= 0 || own.variant >= 0 {
		s.wrappers[f.Name.Name] = own
		return
	}
	if w.variant >= 0 && len(own.variants) == 0 {
		s.unresolved = append(s.unresolved, file)
	}
	for _, code := range own.codes {
		if w.variant < 0 && w.variants == nil {
			s.found = append(s.found, sentence{code, file, own.names, own.known})
		}
		for _, v := range own.variants {
			s.found = append(s.found, sentence{code + "." + v, file, own.names, own.known})
		}
	}
}

func (s *source) wrapperOf(c *ast.CallExpr) (wrapper, bool) {
	switch fun := c.Fun.(type) {
	case *ast.Ident:
		w, ok := s.wrappers[fun.Name]
		return w, ok
	case *ast.SelectorExpr:
		if x, ok := fun.X.(*ast.Ident); ok && x.Name == "problem" {
			return direct(fun.Sel.Name)
		}
		w, ok := s.wrappers[fun.Sel.Name]
		return w, ok
	}
	return wrapper{}, false
}
