package pushcert

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reachedByNoFile are the sentences of the readers that no file of the corpus can bring up.
func reachedByNoFile() map[string]string {
	return map[string]string{
		"file-damaged.answer":       "an answer is opened after it was read; TestOpenAnswer has files for it",
		"file-unsupported.answer":   "likewise",
		"file-unsupported.cms.size": "a file of more than four megabytes",
		"request-encoding.base64":   "Read takes such a file for no request at all",
		"request-encoding.content":  "likewise",
		"request-encoding.empty":    "likewise",
		"wrong-role.request":        "likewise",
		"password-missing.p12":      "every row of a file has its password; pkg/command shows one without",
	}
}

// TestEverySentenceOfTheReadersHasAFile takes the sentences from the source: one that is
// added needs a file that brings it up.
func TestEverySentenceOfTheReadersHasAFile(t *testing.T) {
	brought := map[string]bool{}
	for _, row := range expectedRows(t) {
		brought[row.Error] = true
		for _, key := range row.Findings {
			brought[key] = true
		}
	}
	sentences := readersSentences(t)
	if len(sentences) < 60 {
		t.Fatalf("only %d sentences found in the source", len(sentences))
	}
	excused := reachedByNoFile()
	for _, key := range sentences {
		_, exception := excused[key]
		switch {
		case !brought[key] && !exception:
			t.Errorf("no file brings up %s", key)
		case brought[key] && exception:
			t.Errorf("a file brings up %s after all", key)
		}
		delete(excused, key)
	}
	for key := range excused {
		t.Errorf("%s is excused, and no reader says it", key)
	}
}

// readersSentences lists what the readers' calls with literal keys can say.
func readersSentences(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := filepath.Glob("internal/*/*.go")
	if err != nil || len(rooms) == 0 {
		t.Fatal(rooms, err)
	}
	files = append(files, rooms...)
	var keys []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "request.go" { // which writes
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range readersCalls() {
			for _, found := range call.pattern.FindAllStringSubmatch(string(text), -1) {
				keys = append(keys, call.key(found[1:]))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

type readersCall struct {
	pattern *regexp.Regexp
	key     func(found []string) string
}

func readersCalls() []readersCall {
	below := func(code string) func([]string) string {
		return func(found []string) string { return code + "." + found[0] }
	}
	return []readersCall{
		{regexp.MustCompile(`\bunrecognised\("([a-z0-9.-]+)"`), below("file-unrecognised")},
		{regexp.MustCompile(`\bunsupported(?:Algorithm)?\("([a-z0-9.-]+)"`), below("file-unsupported")},
		{regexp.MustCompile(`\bdamaged\("([a-z0-9.-]+)"`), below("file-damaged")},
		{
			regexp.MustCompile(`problem\.Say\(problem\.(File|Key|Certificate|Password)([A-Z][a-z]+), "([a-z0-9.-]+)"`),
			func(found []string) string { return strings.ToLower(found[0]+"-"+found[1]) + "." + found[2] },
		},
		{
			regexp.MustCompile(`r\.(?:refuse|doubt)\(problem\.(Request|Wrong)([A-Z][a-z]+), "([a-z0-9.-]+)"`),
			func(found []string) string { return strings.ToLower(found[0]+"-"+found[1]) + "." + found[2] },
		},
	}
}
