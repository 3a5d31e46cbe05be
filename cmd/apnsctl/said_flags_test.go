package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// saidFlags holds what commands say to the flags that there are.
type saidFlags struct {
	read  func() map[string][]string // by a command's name ("vendor csr")
	found atomic.Int32
}

// saidFlags reads the flags of each command from its help.
func (w *world) saidFlags() *saidFlags {
	return &saidFlags{read: sync.OnceValue(func() map[string][]string {
		all := map[string][]string{}
		for _, c := range w.leaves() {
			names := []string{"--help"}
			for _, f := range c.Flags {
				names = append(names, "--"+f.Name)
			}
			all[strings.Join(c.words(), " ")] = names
		}
		return all
	})}
}

// check requires of what a command said on standard error that each flag in its sentences is one that
// it takes, that was given to it, or that stands close behind the name of a command that takes it. Lines
// to copy are followed, see [counsel].
func (f *saidFlags) check(ts *testscript.TestScript, args []string, said string) {
	flags := f.read()
	own, known := flags[commandOf(flags, args)]
	if !known {
		return
	}
	text := strings.ReplaceAll(copied().ReplaceAllString(said, ""), "\n", " ")
	for _, at := range regexp.MustCompile(`--[a-z][a-z0-9-]*`).FindAllStringIndex(text, -1) {
		f.found.Add(1)
		flag := text[at[0]:at[1]]
		given := func(arg string) bool { return strings.HasPrefix(arg, flag) }
		before := text[max(0, at[0]-60):at[0]]
		another := func(command string) bool {
			return slices.Contains(flags[command], flag) && regexp.MustCompile(`\b`+command+`\b`).MatchString(before)
		}
		if !slices.Contains(own, flag) && !slices.ContainsFunc(args, given) && !slices.ContainsFunc(slices.Collect(maps.Keys(flags)), another) {
			ts.Fatalf("apnsctl %s takes no %s, and says: %s", strings.Join(args, " "), flag, said)
		}
	}
}

// checkSeen is for when all scripts were run.
func (f *saidFlags) checkSeen(t *testing.T) {
	t.Helper()
	if least := int32(300); f.found.Load() < least {
		t.Errorf("%d flags were said, want at least %d", f.found.Load(), least)
	}
	t.Logf("%d flags were said by commands that take them", f.found.Load())
}

// copied is a line to copy, with those that go on with it.
var copied = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^ +(apnsctl|age|cp|curl|docker|git|keytool|openssl|ssh-keygen) (.*\\\n)*.*$`)
})

// commandOf is the command of a command line, "config recipients add" by its longest name.
func commandOf(commands map[string][]string, args []string) string {
	for i := range args {
		for n := min(i+3, len(args)); n > i; n-- {
			if name := strings.Join(args[i:n], " "); commands[name] != nil {
				return name
			}
		}
	}
	return ""
}
