package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// source is one Go file of the tree, on whatever system it is built.
type source struct {
	path  string // from the root, with slashes
	lines int
	file  *ast.File
}

func (s source) pkg() string { return path.Dir(s.path) }

// isTest tells whether a file is compiled for tests alone.
func (s source) isTest() bool {
	return strings.HasSuffix(s.path, "_test.go") || slices.Contains([]string{"clitest", "commandtest", "depth", "testkey", "testkit"}, path.Base(s.pkg()))
}

// imports are the paths that the file imports, by the name that it uses for them.
func (s source) imports() map[string]string {
	named := map[string]string{}
	for _, spec := range s.file.Imports {
		full, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(full)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "_" || name == "." {
			name = full
		}
		named[name] = full
	}
	return named
}

// read parses one file; name is its path from the root.
func read(name string, text []byte) (source, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
	return source{path: name, lines: bytes.Count(text, []byte("\n")), file: file}, err
}

const root = "../../.."

// sources are all Go files under cmd and pkg, with those that this system does not build.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := everySource()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d files: the walk missed the tree", len(all))
	}
	return all
}

// everySource parses the tree once: no test changes it.
var everySource = sync.OnceValues(func() (all []source, err error) {
	for _, top := range []string{"cmd", "pkg"} {
		err = errors.Join(err, filepath.WalkDir(filepath.Join(root, top), func(name string, entry os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return filepath.SkipDir
			case entry.IsDir() || filepath.Ext(name) != ".go":
				return nil
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if name, err = filepath.Rel(root, name); err != nil {
				return err
			}
			parsed, err := read(filepath.ToSlash(name), text)
			all = append(all, parsed)
			return err
		}))
	}
	return all, err
})

// packages are the import paths of `go list ./...`, from the root.
func packages(t *testing.T) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath", "./...")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var names []string
	for stream := json.NewDecoder(bytes.NewReader(out)); ; {
		var one struct{ ImportPath string }
		switch err := stream.Decode(&one); {
		case errors.Is(err, io.EOF):
			slices.Sort(names)
			return names
		case err != nil:
			t.Fatal(err)
		}
		names = append(names, strings.TrimPrefix(one.ImportPath, module))
	}
}
