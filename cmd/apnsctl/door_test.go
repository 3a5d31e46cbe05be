//go:build !windows

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// target is a file that no output may hit.
type target struct {
	name string
	file string
	args []string // that make it an input
	gone bool     // it is not there yet
}

// spellings are other names of a target: as it is, by way of another folder, and by links.
func spellings(t *testing.T, target target, dir string) map[string]string {
	t.Helper()
	name := filepath.Base(target.file)
	names := map[string]string{
		"as it is":         target.file,
		"a detour":         dir + "/below/../" + name,
		"from here":        name,
		"a link":           filepath.Join(dir, "link"),
		"a link to a link": filepath.Join(dir, "link2"),
		"a linked folder":  filepath.Join(dir, "here", name),
	}
	links := [][2]string{{target.file, "link"}, {"link", "link2"}, {dir, "here"}}
	if target.gone {
		names["large letters"] = filepath.Join(dir, strings.ToUpper(name))
		names["a dot at the end"] = target.file + "."
	} else {
		names["a hard link"] = filepath.Join(dir, "hard")
		if err := os.Link(target.file, names["a hard link"]); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range links {
		if err := os.Symlink(l[0], filepath.Join(dir, l[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	return names
}

// besideConfig are the files of apnsctl's own beside the config file.
var besideConfig = []string{"config.yaml.bak", "config.yaml.lock", ".config.yaml.tmp", ".config.yaml.bak.tmp"}

// targets are what the outputs of a command may not hit: the config file with those beside
// it, there or not, and each of the command's inputs.
func (c treeCommand) targets(dir string) []target {
	config := filepath.Join(dir, "config.yaml")
	all := []target{{name: "config", file: config}, {name: "new config", file: config, gone: true}}
	for _, name := range besideConfig {
		file := filepath.Join(dir, name)
		all = append(all, target{name: name, file: file}, target{name: "new " + name, file: file, gone: true})
	}
	input := filepath.Join(dir, "input.pem")
	if c.readsArguments() {
		all = append(all, target{name: "FILE", file: input, args: []string{input}})
	}
	for _, f := range c.Flags {
		if f.File == "read" {
			all = append(all, target{name: "--" + f.Name, file: input, args: []string{"--" + f.Name, input}})
		}
	}
	return all
}

// TestNoOutputHitsAnInputOrTheConfigFile aims each output of each command at each of them.
func TestNoOutputHitsAnInputOrTheConfigFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	outputs, aimed := 0, 0
	for _, c := range w.leaves() {
		force := slices.ContainsFunc(c.Flags, func(f treeFlag) bool { return f.Name == "force" })
		for _, f := range c.Flags {
			if f.File != "written" {
				continue
			}
			outputs++
			dir := t.TempDir()
			for _, target := range c.targets(dir) {
				aimed += w.aim(t, c, f.Name, force, target)
			}
		}
	}
	const leastOutputs, leastAimed = 7, 500
	if outputs < leastOutputs || aimed < leastAimed {
		t.Errorf("%d outputs were aimed %d times, want %d and %d", outputs, aimed, leastOutputs, leastAimed)
	}
	t.Logf("%d outputs were aimed %d times", outputs, aimed)
}

// aim aims one output at one target by all of its names, and counts how often.
func (w *world) aim(t *testing.T, c treeCommand, flag string, force bool, target target) (aimed int) {
	t.Helper()
	dir := filepath.Dir(target.file)
	w.check(os.RemoveAll(dir))
	w.check(copyPrivate(w.path("registered"), dir))
	w.check(os.WriteFile(filepath.Join(dir, "input.pem"), []byte("an input"), 0o600))
	for _, name := range besideConfig {
		w.check(os.WriteFile(filepath.Join(dir, name), []byte("kept"), 0o600))
	}
	if target.gone {
		w.check(os.Remove(target.file))
	}
	left := 3 // outside of CI some, whichever
	for spelling, name := range spellings(t, target, dir) {
		if left--; left < 0 && !inCI() {
			break
		}
		for _, forced := range []bool{false, true} {
			if forced && !force {
				continue
			}
			args := append(c.words(), "--"+flag, name)
			if forced {
				args = append(args, "--force")
			}
			if args = append(args, target.args...); c.readsArguments() && target.name != "FILE" {
				args = append(args, filepath.Join(dir, "acme.pem"))
			}
			aimed++
			before := tree(t, dir)
			run := there(dir, "")
			run.Args = args
			status, said := run.ends(t)
			if text := strings.Join(strings.Fields(said), " "); status != 2 || !strings.Contains(text, "it would be lost") ||
				!strings.Contains(text, "--"+flag+" names") {
				t.Errorf("%s by %s: %q ends with %d: %s", target.name, spelling, args, status, said)
			}
			if after := tree(t, dir); after != before {
				t.Errorf("%q changed the folder:\n%s\n%s", args, before, after)
			}
		}
	}
	return aimed
}

// tree is all that is in a folder, in one text.
func tree(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		fmt.Fprintf(&all, "%s %s %v %x\n", entry.Name(), entry.Type(), err == nil, data)
	}
	return all.String()
}
