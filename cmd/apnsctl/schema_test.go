package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/rogpeppe/go-internal/testscript"
)

const schemaFolder = "../../testdata/schema"

// schemas are those of all commands, by name ("vendor csr"), as a foreign validator reads them:
// one that does nothing before it is asked, for each apnsctl that a script starts is this binary.
type schemas struct {
	byCommand map[string]*jsonschema.Resolved
	mu        sync.Mutex
	seen      map[string]int // results that were validated, by command
}

func readSchemas(t *testing.T) *schemas {
	t.Helper()
	all := &schemas{byCommand: map[string]*jsonschema.Resolved{}, seen: map[string]int{}}
	files, err := filepath.Glob(schemaFolder + "/*.schema.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema in %s: %v", schemaFolder, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var document any
		if err := json.Unmarshal(data, &document); err != nil {
			t.Fatal(err)
		}
		strict, err := json.Marshal(closed(document))
		if err != nil {
			t.Fatal(err)
		}
		var schema jsonschema.Schema
		if err := json.Unmarshal(strict, &schema); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		resolved, err := schema.Resolve(nil)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all.byCommand[strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".schema.json"), "-", " ")] = resolved
	}
	return all
}

// closed forbids fields that a schema does not name. The published ones let them be, so that a
// program which validates today's answers takes tomorrow's too.
func closed(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if _, object := value["properties"]; object && value["type"] == "object" && value["additionalProperties"] == nil {
			value["additionalProperties"] = false
		}
		for _, member := range value {
			closed(member)
		}
	case []any:
		for _, element := range value {
			closed(element)
		}
	}
	return value
}

// check requires that what a command line answered is what the schema of its command says.
func (s *schemas) check(ts *testscript.TestScript, args []string, text string) {
	name := s.command(args)
	var document any
	ts.Check(json.Unmarshal([]byte(text), &document))
	if err := s.byCommand[name].Validate(document); err != nil {
		ts.Fatalf("the answer is not what %s.schema.json says: %v", strings.ReplaceAll(name, " ", "-"), err)
	}
	if object, ok := document.(map[string]any); ok && object["result"] != nil {
		s.mu.Lock()
		s.seen[name]++
		s.mu.Unlock()
	}
}

// command finds whose schema an answer has to follow. A line that names no command is answered
// as help is.
func (s *schemas) command(args []string) string {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	switch {
	case slices.Contains(args, "--version"):
		return "version"
	case slices.Contains(args, "--help"), slices.Contains(args, "-h"):
		return "help"
	}
	for i, word := range args {
		if i > 0 && slices.Contains([]string{"-p", "--profile", "--config", "-o", "--output", "--lang"}, args[i-1]) {
			continue
		}
		name := word
		for n := min(i+3, len(args)); n > i; n-- { // the longest that is one, "config recipients add"
			if joined := strings.Join(args[i:n], " "); s.byCommand[joined] != nil {
				name = joined
				break
			}
		}
		if s.byCommand[name] != nil {
			return name
		}
		if !strings.HasPrefix(word, "-") {
			break // a group alone, or no command
		}
	}
	return "help"
}

// checkSeen is for when all scripts were run: each command's result has been
// validated at least once.
func (s *schemas) checkSeen(t *testing.T) {
	t.Helper()
	total := 0
	for name := range s.byCommand {
		if s.seen[name] == 0 {
			t.Errorf("no script shows a result of %q in JSON", name)
		}
		total += s.seen[name]
	}
	t.Logf("%d results in JSON are what their schemas say", total)
}

// A schema that lets everything pass would validate all that the scripts show.
func TestSchemasRefuseWhatIsNotSo(t *testing.T) {
	all := readSchemas(t)
	const good = `{"schema": "apnsctl/v1", "ok": true, "result": {"shell": "bash", "script": "x"}}`
	for text, want := range map[string]bool{
		good: true,
		`{"schema": "apnsctl/v1", "ok": false, "error": {"code": "usage", "message": "m", "hint": "", "params": {}}}`: true,
		strings.Replace(good, "true", "false", 1):                       false,
		strings.Replace(good, `"apnsctl/v1"`, `"apnsctl/v2"`, 1):        false,
		strings.Replace(good, `"x"`, `1`, 1):                            false,
		strings.Replace(good, `"x"`, `"x", "further": 1`, 1):            false,
		strings.Replace(good, `, "script": "x"`, ``, 1):                 false,
		`{"schema": "apnsctl/v1", "ok": true}`:                          false,
		`{"schema": "apnsctl/v1", "ok": false, "error": {"code": "x"}}`: false,
	} {
		var document any
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		if err := all.byCommand["completion"].Validate(document); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	for line, want := range map[string]string{
		"status -o json": "status", "-p acme vendor csr": "vendor csr", "vendor -o json": "help", "config recipients add x": "config recipients add", "config list": "config list", "csr --help": "help",
		"push -p csr": "push", "nonsense": "help", "": "help", "--version status": "version", "inspect -- --help": "inspect",
	} {
		if got := all.command(strings.Fields(line)); got != want {
			t.Errorf("%q follows %q, want %q", line, got, want)
		}
	}
}
