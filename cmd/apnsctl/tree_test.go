package main

import (
	"encoding/json"
	"slices"
	"strings"
)

// treeCommand is a command as "help -o json" shows it.
type treeCommand struct {
	Command, Usage string
	Commands       []struct{ Name string }
	Flags          []treeFlag
}

type treeFlag struct{ Name, File string }

// leaves walks the command tree as a program that reads the help can, so that a command or
// flag that is new is in the tests that walk it.
func (w *world) leaves(path ...string) []treeCommand {
	w.t.Helper()
	var document struct{ Result treeCommand }
	w.check(json.Unmarshal([]byte(w.run("initialised", append(append([]string{"help"}, path...), "-o", "json")...)), &document))
	if len(document.Result.Commands) == 0 {
		return []treeCommand{document.Result}
	}
	var all []treeCommand
	for _, sub := range document.Result.Commands {
		if sub.Name != "help" {
			all = append(all, w.leaves(append(slices.Clone(path), sub.Name)...)...)
		}
	}
	return all
}

// words are what is typed to run the command, without the program's name.
func (c treeCommand) words() []string { return strings.Fields(c.Command)[1:] }

// readsArguments tells whether the command's arguments are files.
func (c treeCommand) readsArguments() bool {
	return strings.Contains(c.Usage, "FILE") || strings.Contains(c.Usage, "CSR")
}
