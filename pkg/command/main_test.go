package command

import (
	"strings"
	"testing"
)

func TestScan(t *testing.T) {
	for _, row := range []struct{ name, args, want string }{
		{"absent", "status", ""},
		{"long, apart", "status --output json", "json"},
		{"long, joined", "status --output=json", "json"},
		{"short, apart", "status -o json", "json"},
		{"short, joined", "status -ojson", "json"},
		{"short, with an equals sign", "status -o=json", "json"},
		{"the last one counts", "-o json status -o text", "text"},
		{"without its value", "status -o", ""},
		{"behind the end of flags", "inspect -- -o json", ""},
		{"a longer flag of the same beginning", "csr --output-folder json", ""},
		{"empty", "status --output=", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := scan(strings.Fields(row.args), "output", "o"); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	if got := scan([]string{"-l", "x", "--lang", "ja"}, "lang", ""); got != "ja" {
		t.Errorf("a flag without short form: %q", got)
	}
}
