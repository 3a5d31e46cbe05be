package main

import (
	"bytes"
	"cmp"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// recipesFolder holds what people copy into other programs' settings.
const recipesFolder = "../../testdata/recipes"

// started is one command line of a recipe, in the surroundings in which its program starts it.
type started struct {
	words []string
	env   map[string]string // all there is
	// work tells that it starts in the folder of the person's files, not in "/".
	work bool
	// readOnly tells that nothing but the folders named can be written.
	readOnly bool
	writable []string
}

// followRecipe runs the command line of a recipe that holds a word as the program does for which
// the recipe is written. A path or address that the recipe names is put elsewhere with
// PLACE=HERE; what is left for people to set is VARIABLE=VALUE.
func followRecipe(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 3, "recipe STATUS FILE WORD [PLACE=HERE | VARIABLE=VALUE]...")
	set, moved := map[string]string{}, recipePlaces(ts)
	for _, arg := range args[3:] {
		name, value, ok := strings.Cut(arg, "=")
		need(ts, ok, "recipe STATUS FILE WORD [PLACE=HERE | VARIABLE=VALUE]...")
		if strings.Contains(name, "/") {
			moved = append(moved, name, value)
		} else {
			set[name] = value
		}
	}
	text, err := os.ReadFile(filepath.Join(recipesFolder, args[1]))
	ts.Check(err)
	all, err := readRecipe(args[1], text, set)
	ts.Check(err)
	found := slices.DeleteFunc(all, func(s started) bool { return !strings.Contains(strings.Join(s.words, " "), args[2]) })
	if len(found) != 1 {
		ts.Fatalf("%d command lines of %s hold %q, want 1", len(found), args[1], args[2])
	}
	before := filesBelow(ts)
	places := strings.NewReplacer(moved...)
	words := found[0].command(ts, set, places)
	if found[0].readOnly {
		door, open := lockFolder(ts, found[0].writable, places)
		defer open()
		words = append(door, words...)
	}
	status, changed := perform(ts, append([]string{args[0]}, words...))
	if changed && !strings.Contains(args[2], "notify") {
		ts.Fatalf("the config file has changed, exit status %d", status)
	}
	if found[0].readOnly && len(found[0].writable) == 0 && !maps.EqualFunc(before, filesBelow(ts), bytes.Equal) {
		ts.Fatalf("files have changed where nothing can be written")
	}
}

// recipePlaces is where the recipes' program stands, and where nothing else can be meant.
func recipePlaces(ts *testscript.TestScript) []string {
	program, err := exec.LookPath("apnsctl")
	ts.Check(err)
	return []string{"/usr/local/bin/apnsctl", program, "/usr/bin/apnsctl", program}
}

// command is what starts it from here: env(1) takes away what its program would not have.
func (s started) command(ts *testscript.TestScript, set map[string]string, places *strings.Replacer) []string {
	env := maps.Clone(s.env)
	for _, name := range []string{"TEST_NOW", "TEST_TRANSCRIPTS", "TEST_KEYS", "TEST_KEYS_TAKEN"} {
		env[name] = ts.Getenv(name)
	}
	dir := "/"
	if s.work {
		dir = ts.MkAbs(".")
		env["PATH"] = ts.Getenv("PATH")
	}
	maps.Copy(env, set)
	words := []string{"env", "-i"}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		words = append(words, name+"="+places.Replace(env[name]))
	}
	words = append(words, "/bin/sh", "-c", `cd "$0" && exec "$@"`, dir)
	for _, word := range s.words {
		words = append(words, places.Replace(word))
	}
	return words
}

// lockFolder makes of the script's folder one that cannot be written, but for some below it, until it is
// opened. Root writes in every folder: there what it returns mounts it so for a command, where
// the system lets that be done.
func lockFolder(ts *testscript.TestScript, but []string, places *strings.Replacer) (words []string, open func()) {
	work, folders := ts.MkAbs("."), []string{}
	for i := range but {
		but[i] = places.Replace(but[i])
	}
	if os.Getuid() == 0 {
		if ts.Exec("unshare", "-m", "true") != nil {
			ts.Logf("no mount of its own: what is written is seen afterwards")
			return nil, func() {}
		}
		line := `mount --rbind "$0" "$0" && mount -o remount,bind,ro "$0"`
		for _, folder := range but {
			line = `mount --bind "` + folder + `" "` + folder + `" && ` + line
		}
		return []string{"unshare", "-m", "/bin/sh", "-c", line + ` && ! touch "$0/written" 2>/dev/null && exec "$@"`, work}, func() {}
	}
	ts.Check(filepath.WalkDir(work, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil || !entry.IsDir():
			return err
		case slices.Contains(but, path):
			return filepath.SkipDir
		}
		folders = append(folders, path)
		return nil
	}))
	for _, folder := range folders {
		ts.Check(os.Chmod(folder, 0o500))
	}
	return nil, func() {
		for _, folder := range folders {
			ts.Check(os.Chmod(folder, 0o700))
		}
	}
}

// filesBelow reads the script's folder.
func filesBelow(ts *testscript.TestScript) map[string][]byte {
	all := map[string][]byte{}
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = data
		return err
	}))
	return all
}

// shell is how a program hands a line to a shell of a path that is short.
func shell(line string, env map[string]string) started {
	return started{words: []string{cmp.Or(env["SHELL"], "/bin/sh"), "-c", line}, env: env}
}
