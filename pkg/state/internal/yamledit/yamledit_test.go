package yamledit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHead(t *testing.T) {
	for text, want := range map[string]struct {
		col         int
		line, below string
		ok          bool
	}{
		"# a remark\n\n  key: v # why\nrest\n": {2, "key: v # why", "rest\n", true},
		"only":                                 {0, "only", "", true},
		"# nothing\n":                          {-1, "", "", false},
		"a\tb: c\n":                            {0, "a\tb: c", "", false}, // yaml.v3's
		"":                                     {-1, "", "", false},
	} {
		col, line, below, ok := Head([]byte(text))
		if ok != want.ok || ok && (col != want.col || string(line) != want.line || string(below) != want.below) {
			t.Errorf("%q: %d, %q, %q, %v", text, col, line, below, ok)
		}
	}
}

// What is cut into entries is the whole text when it is put together again.
func TestSplit(t *testing.T) {
	const text = "# above all\n\n# of a\na: 1\n\n# of b\nb:\n  c: 2\n  # within b\n# below\n"
	list, tail, col, err := Split([]byte(text))
	if err != nil || col != 0 {
		t.Fatal(col, err)
	}
	var parts []string
	whole := ""
	for _, e := range list {
		parts = append(parts, e.Key+"|"+string(e.Gap)+"|"+string(e.Head)+"|"+string(e.Body))
		whole += string(e.Gap) + string(e.Head) + string(e.Body)
	}
	want := []string{"a|# above all\n\n|# of a\n|a: 1\n", "b|\n|# of b\n|b:\n  c: 2\n  # within b\n"}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Error(diff)
	}
	if whole+string(tail) != text {
		t.Errorf("together they are %q", whole+string(tail))
	}
	if _, _, _, err := Split([]byte("[1, 2]\n")); err == nil {
		t.Error("a list passes for entries")
	}
}

// New values take the place of old ones, with the comments and the order of the old.
func TestMerge(t *testing.T) {
	old, err := Tree([]byte("# first\nb: 1 # why\na: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := Tree([]byte("a: x\nb: 2\nc: 3\n"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := Render(Merge(old, fresh))
	if want := "# first\nb: 2 # why\na: x\nc: 3\n"; err != nil || string(text) != want {
		t.Errorf("got %q, %v", text, err)
	}
	if v := Value(old, "a"); v == nil || v.Value != "x" || Value(old, "z") != nil || Value(v, "a") != nil {
		t.Errorf("got %v", v)
	}
}

func TestRenamedKeepsTheRestOfTheLine(t *testing.T) {
	for _, tt := range []struct{ text, key, want string }{
		{"  acme: # since 2026\n    a: 1\n", "borg", "  borg: # since 2026\n    a: 1\n"},
		{"  \"a: b\": # c: d\n    a: 1\n", "borg", "  borg: # c: d\n    a: 1\n"},
		{"  'it''s: so':\n    a: 1\n", "a: b", "  'a: b':\n    a: 1\n"},
		{"  a:b: {x: 1}\n", "yes", "  \"yes\": {x: 1}\n"},
	} {
		list, _, _, err := Split([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := list[0].Renamed(tt.key); !ok || string(e.Body) != tt.want || e.Key != tt.key {
			t.Errorf("%q: %q (%v), want %q", tt.text, e.Body, ok, tt.want)
		}
	}
}
