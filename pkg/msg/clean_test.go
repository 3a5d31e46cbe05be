package msg_test

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// Whatever a value holds, a sentence stays one line of what a terminal shows.
func TestValuesComeOutClean(t *testing.T) {
	for name, row := range map[string]struct{ value, want string }{
		"plain text":              {"acme 日本 é 😀", "acme 日本 é 😀"},
		"a line end":              {"a\nb\r\nc", "a\ufffdb\ufffd\ufffdc"},
		"separators of lines":     {"a\u2028b\u2029c\u0085d", "a\ufffdb\ufffdc\ufffdd"},
		"an escape sequence":      {"\x1b[2Ja\x9b1mb", "\ufffd[2Ja\ufffd1mb"},
		"the direction turned":    {"a\u202eb\u2066c\u200fd\u061ce", "a\ufffdb\ufffdc\ufffdd\ufffde"},
		"what nobody sees":        {"a\u200bb\ufeffc\u00add\U000e0041e", "a\ufffdb\ufffdc\ufffdd\ufffde"},
		"a tabulator and a bell":  {"a\tb\a", "a\ufffdb\ufffd"},
		"bytes that are no text":  {"a\xffb", "a\ufffdb"},
		"delete":                  {"a\x7fb", "a\ufffdb"},
		"wide and hard blanks":    {"a\u3000b\u00a0c", "a\u3000b\u00a0c"},
		"an empty value, of none": {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := msg.Fill("<{v}>", map[string]string{"v": row.value}); got != "<"+row.want+">" {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if row.value == "" {
				return
			}
			command := msg.Fill("look:\n  apnsctl inspect {v}", map[string]string{"v": row.value})
			if want := "look:\n  apnsctl inspect " + msg.Quote(row.want); command != want {
				t.Errorf("got %q, want %q", command, want)
			}
		})
	}
}
