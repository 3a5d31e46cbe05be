package command

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestManifestsAreTaken: the command lines of the Kubernetes manifests are ones that the command
// line takes.
func TestManifestsAreTaken(t *testing.T) {
	files, err := filepath.Glob("../../testdata/kubernetes/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d manifests: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		var document any
		if err := errors.Join(err, yaml.Unmarshal(text, &document)); err != nil {
			t.Fatal(err)
		}
		lines := argumentsIn(document)
		if len(lines) == 0 {
			t.Errorf("%s starts nothing", file)
		}
		for _, line := range lines {
			line = strings.ReplaceAll(line, "$(JOB_COMPLETION_INDEX)", "0")
			if fault := untaken(t, "apnsctl "+line); fault != "" {
				t.Errorf("%s: %s: %s", file, line, fault)
			}
		}
	}
}

// argumentsIn are the command lines of all containers in a document.
func argumentsIn(value any) (lines []string) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			words, ok := member.([]any)
			if key != "args" || !ok {
				lines = append(lines, argumentsIn(member)...)
				continue
			}
			var line []string
			for _, word := range words {
				if text, ok := word.(string); ok {
					line = append(line, text)
				}
			}
			lines = append(lines, strings.Join(line, " "))
		}
	case []any:
		for _, element := range value {
			lines = append(lines, argumentsIn(element)...)
		}
	}
	return lines
}
