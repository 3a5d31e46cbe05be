package msg_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

func english() msg.Printer { return msg.Printer{Lang: msg.English} }

func japanese() msg.Printer { return msg.Printer{Lang: msg.Japanese} }

func TestBothLanguagesHaveTheSameFilesAndKeys(t *testing.T) {
	for _, want := range []string{"problem", "help", "output", "demo"} {
		for _, lang := range []string{"en", "ja"} {
			if _, err := os.Stat(filepath.Join(lang, want+".yaml")); err != nil {
				t.Error(err)
			}
		}
	}
	if en, ja := english().Keys(), japanese().Keys(); !slices.Equal(en, ja) {
		t.Errorf("only in English: %q", missing(en, ja))
		t.Errorf("only in Japanese: %q", missing(ja, en))
	}
}

// missing lists what is in a and not in b.
func missing(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(key string) bool { return slices.Contains(b, key) })
}

func TestBothLanguagesNameTheSameValues(t *testing.T) {
	for _, key := range english().Keys() {
		en, _ := english().Lookup(key)
		ja, _ := japanese().Lookup(key)
		if e, j := placeholders(en), placeholders(ja); !slices.Equal(e, j) {
			t.Errorf("%s: English has %v, Japanese %v", key, e, j)
		}
	}
}

// Commands are no sentences: a translated one would not run.
func TestBothLanguagesShowTheSameCommands(t *testing.T) {
	compared := 0
	for _, key := range english().Keys() {
		en, _ := english().Lookup(key)
		ja, _ := japanese().Lookup(key)
		e, j := commands(key, en), commands(key, ja)
		if !slices.Equal(e, j) {
			t.Errorf("%s: English has %q, Japanese %q", key, e, j)
		}
		if len(e) > 0 {
			compared++
		}
	}
	if least := 280; compared < least {
		t.Errorf("%d texts with commands, want at least %d", compared, least)
	}
	t.Logf("%d texts with commands", compared)
}

// commands are the lines of a text that are commands to copy, or name steps, which are;
// those of an example are not indented.
func commands(key, text string) (found []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if isCommandLine(line) || strings.HasSuffix(key, ".example") || strings.HasPrefix(line, "{steps.") {
			line, _, _ = strings.Cut(line, " #") // a comment is translated
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// placeholders are the names of the values in a text, sorted, each once.
func placeholders(text string) []string {
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`\{([a-z_]+)\}`).FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestNoTextIsEmptyOrCutShort(t *testing.T) {
	for _, p := range []msg.Printer{english(), japanese()} {
		for _, key := range p.Keys() {
			if text, _ := p.Lookup(key); strings.TrimSpace(text) == "" {
				t.Errorf("%s %s is empty", p.Lang, key)
			}
		}
	}
}

// A "#" after a space begins a comment in YAML: "PKCS #12" in a plain value would end
// at "PKCS", and nothing else would tell.
func TestNoPlainValueIsCutByAComment(t *testing.T) {
	opens := regexp.MustCompile(`: [|>]-?$`)
	plain := regexp.MustCompile(`^ *[\w.-]+: [^>|"'].* #`)
	files, err := filepath.Glob("*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n, block := 0, -1
		for line := range strings.SplitSeq(string(data), "\n") {
			n++
			indent := len(line) - len(strings.TrimLeft(line, " "))
			if line != "" && indent <= block {
				block = -1
			}
			if block < 0 && plain.MatchString(line) {
				t.Errorf("%s:%d: %s", file, n, line)
			}
			if block < 0 && opens.MatchString(line) {
				block = indent
			}
		}
	}
}
