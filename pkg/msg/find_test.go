package msg_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// Texts are read one by one, and YAML sees a few lines of each file: they are what YAML
// finds in the whole. It runs alone: a test beside it that lists the keys reads whole files, too.
func TestEveryTextIsTheOneThatYAMLReads(t *testing.T) {
	msg.Forget()
	compared := 0
	for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
		files, err := filepath.Glob(string(lang) + "/*.yaml")
		if err != nil || len(files) == 0 {
			t.Fatalf("%d files, %v", len(files), err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var tree map[string]any
			if err := yaml.Unmarshal(data, &tree); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			compared += compareTexts(t, msg.Printer{Lang: lang}, strings.TrimSuffix(filepath.Base(file), ".yaml"), tree)
		}
	}
	if least := 3500; compared < least {
		t.Errorf("%d texts, want at least %d", compared, least)
	}
	t.Logf("%d texts", compared)
	for _, p := range []msg.Printer{english(), japanese()} {
		if all := p.Keys(); 2*len(all) != compared {
			t.Errorf("%s has %d keys, and %d texts are in both languages", p.Lang, len(all), compared)
		}
	}
}

func compareTexts(t *testing.T, p msg.Printer, prefix string, tree map[string]any) (count int) {
	t.Helper()
	for name, value := range tree {
		key := prefix + "." + name
		if below, ok := value.(map[string]any); ok {
			if text, found := p.Lookup(key); found {
				t.Errorf("%s %s has entries, and is read as the text %q", p.Lang, key, text)
			}
			count += compareTexts(t, p, key, below)
			continue
		}
		if text, found := p.Lookup(key); !found || text != strings.TrimRight(value.(string), "\n") {
			t.Errorf("%s %s is %q (%v), want %q", p.Lang, key, text, found, value)
		}
		if text, found := p.Lookup(key + ".below"); found {
			t.Errorf("%s %s.below is %q", p.Lang, key, text)
		}
		count++
	}
	return count
}

func BenchmarkLookup(b *testing.B) {
	for name, key := range map[string]string{"the first": "problem.wrong-role.text", "none": "problem.no-such-code.text", "of help": "help.command.renew.short"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				msg.Forget()
				(msg.Printer{Lang: msg.English}).Lookup(key)
			}
		})
	}
}
