package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// advice is a text with commands that the program printed, and where it did.
type advice struct {
	Key, Text string
	given     *situation
}

// situation is a script as it stood when a command had given advice.
type situation struct {
	script  string
	command []string // what printed the advice
	folder  string   // copies: work of the script's folder, apple of its simulator's
	work    string   // where the script's folder was
	env     map[string]string
	ways    int // that start from it
}

// situationEnv are the variables that belong to a situation.
var situationEnv = []string{
	"TEST_NOW", "PATH", "LANG", "USER", "APNSCTL_CONFIG", "APNSCTL_PROFILE", "APNSCTL_PASSPHRASE", "APNSCTL_FILE_PASSWORD", "XDG_CONFIG_HOME",
	"APNSCTL_PORTAL_URL", "APNS", "APNS_CA", "ROOT_FILE",
}

// counsel is all the advice of all scripts. What differs within a script in names and
// values alone is there once.
type counsel struct {
	sync.Mutex
	folder string            // for the situations
	apple  string            // of the simulator that issued the fixtures
	all    map[string]advice // to be followed, by key, shape and script
	first  map[string]string // outside CI, what of all has a shape
	keys   map[string]bool   // of the catalogue, whose texts were printed

	scripts atomic.Int32 // that ran
}

// adviceFile is where the program's runs leave their advice, in the transcripts' folder.
const adviceFile = "advice"

// tracer appends every text with commands to a file of the folder.
func tracer(folder string) func(key, text string) {
	if folder == "" {
		return nil
	}
	return func(key, text string) {
		file, err := os.OpenFile(filepath.Join(folder, adviceFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		defer file.Close()
		if err := json.NewEncoder(file).Encode(advice{Key: key, Text: text}); err != nil {
			panic(err)
		}
	}
}

// gather takes up what a command advised, with a copy of what it left behind.
func (c *counsel) gather(ts *testscript.TestScript, command []string) {
	s := stateOf(ts)
	path := filepath.Join(s.transcripts, adviceFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	ts.Check(err)
	ts.Check(os.Truncate(path, 0))
	c.Lock()
	defer c.Unlock()
	var here *situation
	for line := range strings.Lines(string(data)) {
		var a advice
		ts.Check(json.Unmarshal([]byte(line), &a))
		c.keys[a.Key] = true
		kind := a.Key + "\n" + shape(a.Text) + "\n" + ts.Name()
		if _, known := c.all[kind]; known || a.Text == "" || notFollowed[a.Key] != "" || !c.claim(shape(a.Text), kind, ts.Name()) {
			continue
		}
		if here == nil {
			here = c.situation(ts, command)
		}
		a.given = here
		c.all[kind] = a
	}
}

// claim tells whether advice is to be followed: all of it or, outside CI, the first that
// has these commands, in the first of the scripts by their names.
func (c *counsel) claim(shape, kind, script string) bool {
	if inCI() {
		return true
	}
	before, known := c.first[shape]
	if known && before[strings.LastIndex(before, "\n")+1:] <= script {
		return false
	}
	delete(c.all, before)
	c.first[shape] = kind
	return true
}

// situation copies what there is.
func (c *counsel) situation(ts *testscript.TestScript, command []string) *situation {
	folder, err := os.MkdirTemp(c.folder, "situation-*")
	ts.Check(err)
	here := &situation{script: ts.Name(), command: command, folder: folder, work: ts.Getenv("WORK"), env: map[string]string{}}
	ts.Check(copyFiles(here.work, filepath.Join(folder, "work")))
	ts.Check(copyFiles(stateOf(ts).apple, filepath.Join(folder, "apple")))
	for _, name := range situationEnv {
		here.env[name] = ts.Getenv(name)
	}
	return here
}

// shape is what advice has in common with its like: its commands, but for names and values.
func shape(text string) string {
	var lines []string
	for _, line := range printedCommands(text) {
		lines = append(lines, varying.ReplaceAllString(line, " *"))
	}
	return strings.Join(lines, "\n")
}

var varying = regexp.MustCompile(` (-p|--config|--out) ('[^']*'|\S+)|(com\.apple\.mgmt|https?:)\S+| \S*[/.]\S*`)

// printedCommands are the lines of a text that are commands to copy.
func printedCommands(text string) (lines []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "  apnsctl ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// copyFiles copies a folder's plain files and links. What cannot be read is no part of a
// situation.
func copyFiles(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		switch {
		case err != nil:
			return nil //nolint:nilerr // as above
		case entry.IsDir():
			return os.MkdirAll(target, 0o700)
		case entry.Type() == fs.ModeSymlink:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case !entry.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		return os.WriteFile(target, data, 0o600)
	})
}
