package command

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

const schemaFolder = "../../testdata/schema"

// TestSchemas compares the schema of each command's JSON with the committed one; -update writes
// them. What was promised once stays, -update or not: fields may come, and none may go or change
// its type.
func TestSchemas(t *testing.T) {
	wanted := map[string]bool{}
	for _, c := range commands(newRoot(clitest.Env(msg.English))) {
		if c.HasSubCommands() { // the program itself answers as help does
			continue
		}
		_, name, _ := strings.Cut(c.CommandPath(), " ")
		views := results()[name]
		if len(views) == 0 {
			t.Errorf("%q has no schema: name its views in schema_views_test.go", name)
			continue
		}
		file := strings.ReplaceAll(name, " ", "-") + ".schema.json"
		wanted[file] = true
		t.Run(name, func(t *testing.T) {
			compareSchema(t, filepath.Join(schemaFolder, file), documentSchema(t, name, views))
		})
	}
	if len(wanted) != len(results()) {
		t.Errorf("%d commands and %d rows of results", len(wanted), len(results()))
	}
	entries, err := os.ReadDir(schemaFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !wanted[entry.Name()] {
			t.Errorf("%s is the schema of no command", entry.Name())
		}
	}
}

func compareSchema(t *testing.T, path string, schema map[string]any) {
	t.Helper()
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && *update:
	case err != nil:
		t.Fatal(err)
	default:
		var promised, now any
		if err := errors.Join(json.Unmarshal(old, &promised), json.Unmarshal(text, &now)); err != nil {
			t.Fatal(err)
		}
		for _, broken := range brokenPromises("", promised, now) {
			t.Errorf("%s: %s: somebody's script relies on it", filepath.Base(path), broken)
		}
	}
	if *update && !t.Failed() {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(old) != string(text) {
		t.Errorf("differs from %s; if that is meant, run go test -update and read the diff", path)
	}
}

// brokenPromises tells what an old schema promises and the new one does not.
func brokenPromises(path string, promised, now any) (broken []string) {
	switch promised := promised.(type) {
	case map[string]any:
		object, ok := now.(map[string]any)
		if !ok {
			return []string{path + " was an object"}
		}
		for _, key := range slices.Sorted(maps.Keys(promised)) {
			member, ok := object[key]
			switch {
			case key == "description" || key == "title":
			case !ok:
				broken = append(broken, path+"/"+key+" is gone")
			default:
				broken = append(broken, brokenPromises(path+"/"+key, promised[key], member)...)
			}
		}
	case []any: // of names, or of forms that an answer may have
		list, _ := now.([]any)
		for _, element := range promised {
			if !slices.ContainsFunc(list, func(other any) bool { return reflect.DeepEqual(element, other) }) {
				broken = append(broken, fmt.Sprintf("%s no longer holds %v", path, element))
			}
		}
	default:
		if !reflect.DeepEqual(promised, now) {
			broken = append(broken, fmt.Sprintf("%s was %v and is %v", path, promised, now))
		}
	}
	return broken
}

func TestBrokenPromisesAreSeen(t *testing.T) {
	const before = `{"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a", "b"]}`
	for after, want := range map[string]int{
		before: 0,
		`{"properties": {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {}}, "required": ["a", "b", "c"]}`: 0,
		`{"properties": {"a": {"type": "string"}}, "required": ["a", "b"]}`:                                         1,
		`{"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a", "b"]}`:                1,
		`{"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]}`:                    1,
		`{"properties": {"a": {"type": "string"}, "bb": {"type": "integer"}}, "required": ["a", "bb"]}`:             2,
	} {
		var old, now any
		if err := errors.Join(json.Unmarshal([]byte(before), &old), json.Unmarshal([]byte(after), &now)); err != nil {
			t.Fatal(err)
		}
		if got := brokenPromises("", old, now); len(got) != want {
			t.Errorf("%s: %q, want %d", after, got, want)
		}
	}
}

// documentSchema is the schema of a command's document.
func documentSchema(t *testing.T, name string, views []any) map[string]any {
	t.Helper()
	s := schemas{t, map[string]any{}}
	var forms []any
	for _, view := range views {
		forms = append(forms, s.of(reflect.TypeOf(view)))
	}
	summary := msg.Printer{Lang: msg.English}.T("help.command."+strings.ReplaceAll(name, " ", ".")+".short", nil)
	return map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"$id":         "urn:apnsctl:v1:" + strings.ReplaceAll(name, " ", "-"),
		"title":       "apnsctl " + name + " -o json",
		"description": summary,
		"type":        "object",
		"properties": map[string]any{
			"schema": map[string]any{"const": document.Schema},
			"ok":     map[string]any{"type": "boolean"},
			"result": map[string]any{"anyOf": forms},
			"error":  s.of(reflect.TypeFor[document.ErrorView]()),
		},
		"required": []string{"schema", "ok"},
		"oneOf": []any{
			map[string]any{"properties": map[string]any{"ok": map[string]any{"const": true}}, "required": []string{"result"}},
			map[string]any{"properties": map[string]any{"ok": map[string]any{"const": false}}, "required": []string{"error"}},
		},
		"$defs": s.named,
	}
}

// schemas makes schemas of types. Structs are named, and stand once in a document.
type schemas struct {
	t     *testing.T
	named map[string]any
}

func (s schemas) of(typ reflect.Type) map[string]any {
	s.t.Helper()
	if typ.Implements(reflect.TypeFor[json.Marshaler]()) || typ.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		s.t.Fatalf("%s writes its own JSON, which a schema cannot be made of", typ)
	}
	switch typ.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Uint16:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.of(typ.Elem())}
	case reflect.Map:
		if typ.Elem().Kind() == reflect.Interface { // the result of another command
			return map[string]any{"type": "object"}
		}
		return map[string]any{"type": "object", "additionalProperties": s.of(typ.Elem())}
	case reflect.Pointer:
		schema := s.of(typ.Elem())
		if plain, ok := schema["type"].(string); ok {
			schema["type"] = []any{plain, "null"}
			return schema
		}
		return map[string]any{"anyOf": []any{schema, map[string]any{"type": "null"}}}
	case reflect.Struct:
		name := defName(typ)
		if _, known := s.named[name]; !known {
			s.named[name] = nil // it may hold itself
			s.named[name] = s.object(typ)
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	}
	s.t.Fatalf("no schema for %s", typ)
	return nil
}

// defName names a struct by its package and type, "report-Status". What was in the frame once keeps
// the name that it had, for generated code has it.
func defName(typ reflect.Type) string {
	plain := strings.NewReplacer("[", "-", "]", "", ".", "-", "/", "-", "github.com-apnsctl-apnsctl-pkg-", "", "document.", "cli-")
	name := typ.String()
	if i := strings.Index(name, "["); i > 0 { // of its argument the last part is enough
		inner := strings.TrimSuffix(name[i+1:], "]")
		name = name[:i] + "-" + inner[strings.LastIndex(inner, "/")+1:]
	}
	return plain.Replace(name)
}

func (s schemas) object(typ reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range reflect.VisibleFields(typ) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "", name == "-", !f.IsExported():
			continue
		case name == "":
			s.t.Fatalf("%s.%s has no name in JSON", typ, f.Name)
		}
		if strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero") {
			if f.Type.Kind() == reflect.Pointer {
				f.Type = f.Type.Elem()
			}
		} else {
			required = append(required, name)
		}
		properties[name] = s.of(f.Type)
	}
	slices.Sort(required)
	return map[string]any{"type": "object", "properties": properties, "required": required}
}
