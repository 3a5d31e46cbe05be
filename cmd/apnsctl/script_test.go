package main

import (
	"cmp"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the files that scripts compare with")

// scriptFolder holds a folder for each command, a script for each behaviour.
const scriptFolder = "../../testdata/script"

// leastScripts guards against a walk that finds nothing: a run of no script passes.
const leastScripts = 170

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"apnsctl": apnsctl, "age-plugin-rehearsal": agePlugin})
}

// atOnce is how many scripts, and ways that advice is followed, go on at one time.
const atOnce = 6

// inCI tells to go all the way, as pkg/internal/depth does where it can be seen.
func inCI() bool { return os.Getenv("CI") == "true" }

// tests are run, and what they had in common is removed.
type tests struct{ *testing.M }

func (m tests) Run() int {
	defer must(inMemory())()
	defer removeMade()
	defer endWarm()
	// More at once than there are processors: what a script waits for is another process, or a server.
	if err := flag.Set("test.parallel", strconv.Itoa(atOnce)); err != nil {
		panic(err)
	}
	return m.M.Run()
}

// apnsctl is the program as scripts start it: in the test binary, where alone the
// clock can be set, and with a copy of all that it prints kept for the search for secrets.
func apnsctl() {
	if os.Getenv("TEST_WARM") != "" {
		takeErrands()
		return
	}
	status := program()
	linger, _ := time.ParseDuration(os.Getenv("TEST_LINGER"))
	time.Sleep(linger)
	os.Exit(status)
}

// program is one run of it.
func program() int {
	finish := record(os.Getenv("TEST_TRANSCRIPTS"), os.Args)
	env := environment()
	if text := os.Getenv("TEST_NOW"); text != "" {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		env.Now = func() time.Time { return t }
	}
	if os.Getenv("TEST_LOST") != "" {
		env.IO.Out = fullOutput{}
	}
	if folder := os.Getenv("TEST_KEYS"); folder != "" {
		env.NewKey, env.Work = ready(folder, os.Getenv("TEST_KEYS_TAKEN")), lightWork
	}
	env.Disk = diskOf(os.Getenv("TEST_DISK"))
	env.Trace = tracer(os.Getenv("TEST_TRANSCRIPTS"))
	// Out of the way of what has to end by itself, unless a test is about it.
	last, err := time.ParseDuration(cmp.Or(os.Getenv("TEST_LAST_WAIT"), "1m"))
	if err != nil {
		panic(err)
	}
	if file := os.Getenv("TEST_BEGUN"); file != "" {
		must(0, os.WriteFile(file, nil, 0o600))
	}
	status := run(env, last)
	finish()
	return status
}

func TestScript(t *testing.T) {
	t.Parallel()
	files := scripts(t)
	if len(files) < leastScripts {
		t.Fatalf("found %d scripts, want at least %d", len(files), leastScripts)
	}
	w := newWorld(t)
	w.counsel = &counsel{folder: t.TempDir(), apple: w.apple(), all: map[string]advice{}, first: map[string]string{}, keys: map[string]bool{}}
	w.schemas = readSchemas(t)
	w.said = w.saidFlags()
	t.Cleanup(func() {
		if !raced {
			w.counsel.followAll(t)
		}
		if int(w.counsel.scripts.Load()) == len(files) {
			w.counsel.checkPrinted(t)
			w.schemas.checkSeen(t)
			w.said.checkSeen(t)
		}
	}) // when every script has ended
	testscript.Run(t, testscript.Params{
		Files:               files,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup:               w.setup,
		Condition:           condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"alert":       startAlerting,
			"bytes-equal": bytesEqual,
			"checkjson":   checkJSON,
			"clock":       setClock,
			"exit":        exit,
			"fill":        fill,
			"fixture":     w.fixture,
			"holdskey":    holdsKey,
			"hook":        startHook,
			"jsonget":     jsonGet,
			"jsonkeys":    jsonKeys,
			"let":         let,
			"lost":        loseResult,
			"mailbox":     startMailbox,
			"mdm":         w.startServer,
			"mode":        mode,
			"portal":      callPortal,
			"proxy":       startProxy,
			"recipe":      followRecipe,
			"partly":      partly,
			"remembered":  remembered,
			"sample":      sample,
			"saved":       saved,
			"served":      callServer,
			"sim":         w.simulate,
			"toldsome":    toldSome,
			"tunnel":      tunnel,
			"waitfor":     waitFor,
			"width80":     width80,
		},
	})
}

// scripts lists every script below the folder. Reports name them without their folder, so that
// no two may have one name.
func scripts(t *testing.T) []string {
	t.Helper()
	var files []string
	named := map[string]string{}
	err := filepath.WalkDir(scriptFolder, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".txtar") {
			files = append(files, path)
			if other := named[filepath.Base(path)]; other != "" {
				t.Errorf("%s and %s have the same name", other, path)
			}
			named[filepath.Base(path)] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// condition knows [root]: nothing is unreadable for root; and [ci], to go all the way.
func condition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Getuid() == 0, nil
	case "ci":
		return inCI(), nil
	}
	return false, fs.ErrNotExist
}
