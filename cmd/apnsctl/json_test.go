package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkDocument requires exactly one document in the form of the contract.
func checkDocument(ts *testscript.TestScript, text string) {
	decoder := json.NewDecoder(strings.NewReader(text))
	var document map[string]any
	if err := decoder.Decode(&document); err != nil {
		ts.Fatalf("standard output is no JSON document: %v\n%s", err, text)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("something follows the JSON document: %s", text)
	}
	if document["schema"] != "apnsctl/v1" {
		ts.Fatalf("schema is %v", document["schema"])
	}
	want := []string{"ok", "result", "schema"}
	if document["ok"] != true {
		want[0], want[1] = "error", "ok"
		fault, _ := document["error"].(map[string]any)
		keys := []string{"code", "hint", "message", "params"}
		if _, many := fault["refused"]; many { // of many files
			keys = append(keys, "refused")
		}
		sameKeys(ts, "error", fault, keys)
		if fault["code"] == "" || fault["message"] == "" {
			ts.Fatalf("an error needs code and message: %v", fault)
		}
	}
	sameKeys(ts, "document", document, want)
	noNullArrays(ts, "", document)
}

// noNullArrays requires that a field that is a list by its name never is null.
func noNullArrays(ts *testscript.TestScript, path string, value any) {
	lists := []string{"findings", "items", "files", "topics", "todo", "imports", "requests", "identities", "steps", "commands", "flags"}
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if _, isList := member.([]any); slices.Contains(lists, key) && !isList {
				ts.Fatalf("%s.%s is no list: %v", path, key, member)
			}
			noNullArrays(ts, path+"."+key, member)
		}
	case []any:
		for _, element := range value {
			noNullArrays(ts, path, element)
		}
	}
}

func sameKeys(ts *testscript.TestScript, what string, object map[string]any, want []string) {
	got := slices.Sorted(maps.Keys(object))
	if want = slices.Sorted(slices.Values(want)); !slices.Equal(got, want) {
		ts.Fatalf("%s has the keys %v, want %v", what, got, want)
	}
}

// lookUp finds a value by a path such as "result.items.0.findings.*.code", where * is
// every element of a list.
func lookUp(value any, path []string) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	switch v := value.(type) {
	case map[string]any:
		member, ok := v[path[0]]
		if !ok {
			return nil, fmt.Errorf("no key %q among %v", path[0], slices.Sorted(maps.Keys(v)))
		}
		return lookUp(member, path[1:])
	case []any:
		if path[0] == "*" {
			all := []any{}
			for _, element := range v {
				found, err := lookUp(element, path[1:])
				if err != nil {
					return nil, err
				}
				all = append(all, found)
			}
			return all, nil
		}
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(v) {
			return nil, fmt.Errorf("no element %q in a list of %d", path[0], len(v))
		}
		return lookUp(v[i], path[1:])
	}
	return nil, fmt.Errorf("nothing below %q: %v", path[0], value)
}

// at reads a file and finds the value at a path in it.
func at(ts *testscript.TestScript, file, path string) any {
	var document any
	decoder := json.NewDecoder(strings.NewReader(ts.ReadFile(file)))
	decoder.UseNumber()
	ts.Check(decoder.Decode(&document))
	if path == "." {
		return document
	}
	found, err := lookUp(document, strings.Split(path, "."))
	ts.Check(err)
	return found
}

// written is a value as scripts write it: a text without quotes, all else as JSON.
func written(ts *testscript.TestScript, value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	ts.Check(encoder.Encode(value))
	return strings.TrimSuffix(b.String(), "\n")
}

// checkJSON is what exit does with -o json, for output that came another way.
func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 2, "checkjson FILE COMMAND")
	checkDocument(ts, ts.ReadFile(args[0]))
	stateOf(ts).schemas.check(ts, args[1:], ts.ReadFile(args[0]))
}

func jsonGet(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 3, "[!] jsonget FILE PATH VALUE")
	if got := written(ts, at(ts, args[0], args[1])); (got == args[2]) == neg {
		ts.Fatalf("%s is %s, want %s (negated: %v)", args[1], got, args[2], neg)
	}
}

// jsonKeys requires an exact set of keys, so that no field comes or goes by accident.
func jsonKeys(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 3, "jsonkeys FILE PATH KEY...")
	object, ok := at(ts, args[0], args[1]).(map[string]any)
	if !ok {
		ts.Fatalf("%s is no object", args[1])
	}
	sameKeys(ts, args[1], object, args[2:])
}

// let puts a value into a variable for the lines that follow.
func let(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 3, "let VARIABLE FILE PATH")
	ts.Setenv(args[0], written(ts, at(ts, args[1], args[2])))
}
