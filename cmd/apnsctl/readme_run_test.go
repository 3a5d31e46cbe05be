package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// TestReadmeRuns types every line of every block of commands of both pages, in their order, as
// a reader would who has what the page speaks of. A block without a scene fails, and so does a
// scene without a block. Blocks that name no language hold no commands.
func TestReadmeRuns(t *testing.T) {
	w, built := newWorld(t), map[string]bool{}
	for lang, file := range readmes() {
		t.Run(string(lang), func(t *testing.T) {
			page, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			r := &reader{t: t, w: w, lang: lang, root: filepath.Dir(page), built: built}
			blocks, scenes := commandBlocks(readFile(t, page)), readmeScenes()
			if len(blocks) != len(scenes) {
				t.Fatalf("%d blocks of commands, %d scenes", len(blocks), len(scenes))
			}
			for i, scene := range scenes {
				r.play(scene, blocks[i])
			}
		})
	}
}

// commandBlocks are the lines of each block of commands: of a shell, or the steps of a workflow.
func commandBlocks(page string) (blocks [][]string) {
	step := regexp.MustCompile(`^.*run: `)
	for _, found := range regexp.MustCompile("(?s)```(sh|yaml)\n(.*?)```").FindAllStringSubmatch(page, -1) {
		var lines []string
		for line := range strings.Lines(found[2]) {
			if found[1] == "yaml" && !step.MatchString(line) {
				continue
			}
			lines = append(lines, strings.TrimSpace(regexp.MustCompile(`\s#.*`).ReplaceAllString(step.ReplaceAllString(line, ""), "")))
		}
		blocks = append(blocks, lines)
	}
	return blocks
}

// reader is a person with the page on one side and a shell on the other.
type reader struct {
	t     *testing.T
	w     *world
	lang  msg.Lang
	root  string          // the clone
	built map[string]bool // by the lines of both pages that build the program
	dir   string          // where the shell is
	now   time.Time
	sim   *simulator.Simulator
}

// scene is what the reader of a block has, and what the world does between its lines.
type scene struct {
	fixture string            // a new folder with these files; empty: where the block before was
	clock   string            // the day there, later than the fixtures'
	before  func(r *reader)   // what lies there
	lines   map[string]aside  // by the words that a line begins with
	instead map[string]string // what a reader writes for a blank
}

// aside is what happens around a line.
type aside struct {
	before func(r *reader)
	more   func(r *reader) []string // what a rehearsal needs besides
	status int
}

// play types the lines of a block. Each aside has to meet its line.
func (r *reader) play(s scene, lines []string) {
	r.t.Helper()
	if s.fixture != "" {
		r.enter(s)
	}
	if s.before != nil {
		s.before(r)
	}
	met := map[string]bool{}
	for _, line := range lines {
		a := aside{}
		for begins, found := range s.lines {
			if strings.HasPrefix(line, begins) {
				a = found
				met[begins] = true
			}
		}
		if a.before != nil {
			a.before(r)
		}
		args := r.words(line, s.instead)
		if a.more != nil {
			args = append(args, a.more(r)...)
		}
		r.run(line, args, a.status)
	}
	if len(met) != len(s.lines) {
		r.t.Errorf("%d of %d asides met a line of %q", len(met), len(s.lines), lines)
	}
}

// enter goes to a copy of a fixture, with an Apple of its own, on the day of the scene.
func (r *reader) enter(s scene) {
	now := r.w.now
	if s.clock != "" {
		day, err := time.Parse(time.DateOnly, s.clock)
		r.check(err)
		now = day
	}
	r.now, r.dir = now, filepath.Join(r.t.TempDir(), "here")
	r.check(copyPrivate(r.w.path(s.fixture), r.dir))
	r.t.Chdir(r.dir)
	apple := r.t.TempDir()
	r.check(os.CopyFS(apple, os.DirFS(r.w.apple())))
	sim, err := simulator.Start(r.t.Context(), simulator.Options{Dir: apple, NewKey: r.w.keyInTurn, Now: func() time.Time { return now }})
	r.check(err)
	r.sim = sim
	r.t.Cleanup(func() { r.check(sim.Close()) })
}

// words are the words of a line as a shell gives them to a program.
func (r *reader) words(line string, instead map[string]string) (args []string) {
	for _, word := range regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1) {
		bare := strings.Trim(word, `"`)
		if value, ok := instead[bare]; ok {
			bare = value
		}
		if matches, err := filepath.Glob(bare); err == nil && strings.Contains(bare, "*") {
			args = append(args, matches...)
			continue
		}
		args = append(args, bare)
	}
	return args
}

// run runs a line and requires its status. What ends in & runs until the page is read.
func (r *reader) run(line string, args []string, want int) {
	r.t.Helper()
	switch {
	case args[0] == "go", strings.Contains(args[0], "="):
		r.build(args)
		return
	case args[0] == "until":
		r.shell(line)
		return
	}
	behind := args[len(args)-1] == "&"
	args = strings.Split(strings.TrimSuffix(strings.Join(args[1:], "\x00"), "\x00&"), "\x00")
	play := func(ctx context.Context) (int, string) {
		streams, out, errs := term.Test()
		variables := map[string]string{
			"APNSCTL_CONFIG": "config.yaml", "APNSCTL_LANG": string(r.lang), "APNSCTL_PASSPHRASE": testPassphrase, "USER": "tester",
			"APNSCTL_FILE_PASSWORD": testFilePassword,
		}
		env := &cli.Env{IO: streams, Now: func() time.Time { return r.now }, Getenv: func(name string) string { return variables[name] }, NewKey: r.w.keyInTurn, Work: lightWork}
		status := command.Main(ctx, env, args)
		return status, out.String() + errs.String()
	}
	if behind {
		r.behind(line, play)
		return
	}
	if status, said := play(r.t.Context()); status != want {
		r.t.Errorf("%s\nstatus %d, want %d\n%s", line, status, want, said)
	}
}

// behind runs what ends with the page. As a shell does that is given the block at once, it does not wait:
// the page has to.
func (r *reader) behind(line string, play func(context.Context) (int, string)) {
	ctx, stop := context.WithCancel(r.t.Context())
	ended := make(chan int, 1)
	go func() {
		status, _ := play(ctx)
		ended <- status
	}()
	r.t.Cleanup(func() {
		stop()
		if status := <-ended; status != 130 && status != 0 {
			r.t.Errorf("%s: status %d", line, status)
		}
	})
}

// shell has a shell wait for a file, as the line says.
func (r *reader) shell(line string) {
	r.t.Helper()
	ctx, stop := context.WithTimeout(r.t.Context(), time.Minute)
	defer stop()
	wait := exec.CommandContext(ctx, "sh", "-c", line)
	wait.Dir = r.dir
	if out, err := wait.CombinedOutput(); err != nil {
		r.t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// build builds the program in the clone, as the page says, into the reader's folder. The two
// commands that a newcomer types first are this very run, and the demo, which has its scripts.
func (r *reader) build(args []string) {
	r.t.Helper()
	line := strings.Join(args, " ")
	if line == "go run ./cmd/apnsctl demo" || line == "go test ./..." || r.built[line] {
		return
	}
	r.built[line] = true
	program := filepath.Join(r.t.TempDir(), "apnsctl.exe")
	variable, goes, _ := strings.Cut(strings.Replace(line, "-o apnsctl ", "-o "+program+" ", 1), " ")
	words := strings.Fields(goes)
	build := exec.CommandContext(r.t.Context(), words[0], words[1:]...)
	build.Dir, build.Env = r.root, append(os.Environ(), variable)
	if out, err := build.CombinedOutput(); err != nil {
		r.t.Fatalf("%s: %v\n%s", line, err, out)
	}
	if out, err := exec.CommandContext(r.t.Context(), program, "version").CombinedOutput(); err != nil {
		r.t.Errorf("what %s makes does not run: %v\n%s", line, err, out)
	}
}

func (r *reader) check(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) path(name string) string { return filepath.Join(r.dir, name) }

// lay puts files of a fixture into the folder, under the names that the page gives them.
func (r *reader) lay(fixture string, names map[string]string) {
	for as, name := range names {
		r.put(as, r.w.read(fixture+"/"+name))
	}
}

func (r *reader) put(name string, data []byte) {
	r.check(os.MkdirAll(filepath.Dir(r.path(name)), 0o700))
	r.check(os.WriteFile(r.path(name), data, 0o600))
}

// issued is what Apple gives for a request.
func (r *reader) issued(path, request, answer string) {
	r.t.Helper()
	body, err := os.ReadFile(r.path(request))
	r.check(err)
	status, data, err := call("POST", r.sim.PortalURL()+path, body)
	if err != nil || status != 201 {
		r.t.Fatalf("POST %s: status %d, %v: %s", path, status, err, data)
	}
	r.put(answer, data)
}
