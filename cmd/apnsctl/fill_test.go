package main

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// fill replaces $VARIABLE in a file: what a script reads out of one file (let) and the
// next has to hold, such as a topic that was made a moment ago.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 1, "fill FILE")
	text := os.Expand(ts.ReadFile(args[0]), func(name string) string {
		value := ts.Getenv(name)
		if value == "" {
			ts.Fatalf("%s: $%s is not set", args[0], name)
		}
		return value
	})
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
