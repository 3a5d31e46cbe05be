//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// At a terminal init lets a person choose with the arrow keys, keeps the answers before a wrong one, and
// ends with the one command that comes next.
func TestWalksOfInit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const up, down = "\x1b[A", "\x1b[B"
	for _, row := range []struct{ keys, next string }{
		{"", "apnsctl import FILE KEYFILE"},
		{down, "apnsctl import FILE --certificate-only"},
		{down + down, "apnsctl vendor csr"},
		{up + up, "apnsctl csr --unsigned"},
		{down + up + up + down + down + "x", "apnsctl import FILE --certificate-only"},
	} {
		for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
			t.Run(string(lang)+"/"+row.next, func(t *testing.T) {
				p := newWalker(t, w, lang, walk{fixture: "initialised"})
				status := p.run("init --config new.yaml", map[string][]answer{
					"choose": {{text: row.keys}}, "organization": {{text: "Example School"}}, "apple-account": {{text: "mdm@example.com"}},
					"email": {{text: "mdm"}, {text: "mdm@example.com"}}, "country": {{text: "Japan"}, {text: "JP"}},
					"new-passphrase": {{text: "a first one of many words"}}, "passphrase-again": {{text: "another"}, {text: testPassphrase}},
					"new-passphrase-differs": {{text: testPassphrase}},
				}, 0)
				for _, key := range []string{"output.typing.country", "output.typing.email"} {
					if !textForm(msg.Printer{Lang: lang}, key).MatchString(squeeze(p.screens.String())) {
						t.Errorf("no screen has shown %s", key)
					}
				}
				if text := p.screens.String(); status != 0 || !strings.Contains(text, "  apnsctl --config new.yaml "+strings.TrimPrefix(row.next, "apnsctl ")) {
					t.Errorf("exit status %d:\n%s", status, text)
				}
			})
		}
	}
	for stop := 1; stop <= 6; stop++ { // Ctrl-C at a question leaves no file
		p := newWalker(t, w, msg.English, walk{fixture: "initialised"})
		status := p.run("init --config new.yaml", map[string][]answer{
			"choose": {{}}, "organization": {{}}, "apple-account": {{}}, "email": {{}}, "country": {{}},
		}, stop)
		if _, err := os.Stat(filepath.Join(p.dir, "new.yaml")); status != interrupted || err == nil {
			t.Errorf("interrupted at question %d: exit status %d\n%s", stop, status, p.screens.String())
		}
	}
}
