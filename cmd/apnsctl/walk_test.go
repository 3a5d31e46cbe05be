//go:build !windows

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// answer is what a person types at a question, and what they do before.
type answer struct {
	does func(*walker) // at the portal, in a shell
	text string
	// refused tells that what the answer names is refused: nothing may change until the next question.
	refused bool
}

// walk is one way through a year. The person types no command beside the first that no screen shows.
type walk struct {
	name    string
	fixture string
	clock   string
	before  []string // command lines of the time before
	answers map[string][]answer
	then    []string // the commands that a screen has named, after the first one
	status  int      // of the last command; 0 unless it says otherwise
	// What is true at the end.
	year, step string
	file       string // what is registered; empty for nothing
	shows      string // a text that has to be read on the way
}

const interruptKey = "\x03"

// walks are the ways that the four consoles need twenty pages for.
func walks() []walk {
	const due, late = "2027-01-15T00:00:00Z", "2027-03-01T00:00:00Z"
	yes := []answer{{text: ""}}
	right := answer{does: renewed("acme", "acme.pem"), text: "new.pem"}
	year := func(downloads ...answer) map[string][]answer {
		return map[string][]answer{
			"renew-request": yes, "renew-download": append(downloads, right), "renew-import": yes,
			"renew-deliver": {{text: "pem"}},
		}
	}
	first := map[string][]answer{
		"renew-request": yes, "enrolled": {{text: "n"}}, "renew-download": {{does: created("acme", "new.pem"), text: "new.pem"}},
		"renew-import": yes, "renew-deliver": {{text: "pem"}},
	}
	return []walk{
		{name: "first registration", fixture: "vendor", answers: first, year: "first", step: "test", file: "new.pem"},
		{name: "renewal", fixture: "registered", clock: due, answers: year(), year: "renewal", step: "test", file: "new.pem"},
		{name: "expired", fixture: "registered", clock: late, answers: year(), year: "renewal", step: "test", file: "new.pem"},
		{
			name: "the wrong row", fixture: "several", clock: due, year: "renewal", step: "test", file: "new.pem",
			answers: year(answer{does: rowOf("beta.pem", "acme", "row.pem"), text: "row.pem", refused: true}),
		},
		{
			name: "Create pressed", fixture: "registered", clock: due, year: "renewal", step: "test", file: "new.pem",
			answers: year(answer{does: created("acme", "create.pem"), text: "create.pem", refused: true}),
		},
		{
			name: "another profile's file", fixture: "several", clock: due, year: "renewal", step: "test", file: "new.pem",
			answers: year(answer{text: "beta.pem", refused: true}),
		},
		{
			name: "HTML", fixture: "registered", clock: due, year: "renewal", step: "test", file: "new.pem",
			answers: year(answer{does: page, text: "page.pem", refused: true}),
		},
		{
			name: "deleted", fixture: "registered", clock: due, before: []string{"delete -p acme --yes"},
			answers: year(), year: "renewal", step: "test", file: "new.pem",
		},
	}
}

// walker is a person on a walk.
type walker struct {
	t       *testing.T
	w       *world
	lang    msg.Lang
	dir     string
	now     string
	screens strings.Builder
	keys    int // that were typed, beside commands and secrets
	asked   []string
}

// created presses Create at the portal with the profile's request.
func created(profile, file string) func(*walker) {
	return func(p *walker) { p.upload("/certificates", profile, file) }
}

// rowOf presses Renew in the row of a certificate.
func rowOf(certificate, profile, file string) func(*walker) {
	return func(p *walker) {
		serial := p.w.run("initialised", "inspect", "--field", "serial_hex", filepath.Join(p.dir, certificate))
		p.upload("/certificates/"+serial+"/renew", profile, file)
	}
}

// renewed presses Renew in the row that is meant.
func renewed(profile, certificate string) func(*walker) { return rowOf(certificate, profile, "new.pem") }

// page saves the portal's page in place of the file.
func page(p *walker) {
	p.w.check(os.WriteFile(filepath.Join(p.dir, "page.pem"), []byte("<!DOCTYPE html><html><body>Sign in</body></html>\n"), 0o600))
}

// upload uploads the profile's request, and downloads the certificate; once, whoever comes back has it.
func (p *walker) upload(path, profile, file string) {
	p.t.Helper()
	if _, err := os.Stat(filepath.Join(p.dir, file)); err == nil {
		return
	}
	request, err := os.ReadFile(filepath.Join(p.dir, "PushCertificateRequest-"+profile+".plist"))
	p.w.check(err)
	status, data, err := call("POST", p.w.sim.PortalURL()+path, request)
	if err != nil || status != 201 {
		p.t.Fatalf("POST %s: status %d, %v: %s", path, status, err, data)
	}
	p.w.check(os.WriteFile(filepath.Join(p.dir, file), data, 0o600))
}

func (p *walker) config() string { return filepath.Join(p.dir, "config.yaml") }

func (p *walker) state() []byte {
	data, err := os.ReadFile(p.config())
	p.w.check(err)
	return data
}

// command is the program with a command line.
func (p *walker) command(line string) *exec.Cmd {
	child := exec.CommandContext(p.t.Context(), "apnsctl", strings.Fields(line)...)
	child.Dir = p.dir
	child.Env = append(os.Environ(), "APNSCTL_CONFIG="+p.config(), "HOME="+p.dir, "APNSCTL_LANG="+string(p.lang),
		"TEST_NOW="+p.now, "TEST_KEYS="+p.w.path("keys"), "TEST_KEYS_TAKEN="+filepath.Join(p.dir, "taken"), "TERM=xterm", "NO_COLOR=")
	return child
}

// run types a command, and answers what it asks; at the question with the number stop, from 1, it is
// interrupted. It returns the exit status.
func (p *walker) run(line string, answers map[string][]answer, stop int) int {
	p.t.Helper()
	s, all := openTerminal(p.t, p.lang, p.command(line)), questions(p.lang)
	given := map[string]int{}
	var before []byte
	for number := 1; ; number++ {
		key := s.asked(all)
		if before != nil && !bytes.Equal(before, p.state()) {
			p.t.Errorf("the config file has changed though the file was refused")
		}
		before = nil
		if key == "" {
			break
		}
		p.asked = append(p.asked, key)
		if number == stop {
			s.types(interruptKey)
			continue
		}
		list := answers[key]
		if given[key] >= len(list) {
			text, _ := s.text(0)
			p.t.Fatalf("there is no answer to %s:\n%s", key, text)
		}
		a := list[given[key]]
		given[key]++
		if a.does != nil {
			a.does(p)
		}
		if a.refused {
			before = p.state()
		}
		s.types(a.text + "\r")
		if !strings.Contains(key, "passphrase") {
			p.keys += len(a.text) + 1
		}
	}
	text, _ := s.text(0)
	fmt.Fprintf(&p.screens, "%% apnsctl %s\n%s\n", line, text)
	checkWidth(p.t, strings.ReplaceAll(text, p.dir, "~"))
	return s.status()
}

// position is where the program says that the profile stands.
func (p *walker) position() (view struct {
	Result struct{ Case, Step string }
},
) {
	out, err := p.command("renew -p acme -o json").Output()
	p.w.check(err)
	p.w.check(json.Unmarshal(out, &view))
	return view
}

// registered is the serial number of the certificate in the config file.
func (p *walker) registered() string {
	out, err := p.command("status -p acme -o json").Output()
	var view struct {
		Result struct {
			Items []struct {
				Kind   string
				Serial string `json:"serial_hex"`
			}
		}
	}
	if json.Unmarshal(out, &view) != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	for _, item := range view.Result.Items {
		if item.Kind == "push" {
			return item.Serial
		}
	}
	return ""
}

// newWalker puts a person in a folder of their own.
func newWalker(t *testing.T, w *world, lang msg.Lang, r walk) *walker {
	t.Helper()
	p := &walker{t: t, w: w, lang: lang, dir: t.TempDir(), now: r.clock}
	if p.now == "" {
		p.now = beginning
	}
	now, err := time.Parse(time.RFC3339, p.now)
	w.check(err)
	w.now = now
	w.check(copyPrivate(w.path(r.fixture), p.dir))
	w.check(os.Mkdir(filepath.Join(p.dir, "taken"), 0o700))
	for _, line := range r.before {
		if out, err := p.command(line).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	return p
}

// takes goes a walk, and looks at what it led to.
func (r walk) takes(t *testing.T, w *world, lang msg.Lang, stop int) (asked int) {
	p := newWalker(t, w, lang, r)
	defer func() {
		if t.Failed() || testing.Verbose() {
			t.Logf("%s", p.screens.String())
		}
	}()
	status := p.run("renew -p acme", r.answers, stop)
	asked = len(p.asked)
	if stop > 0 {
		r.interrupted(p, status)
		status = p.run("renew -p acme", r.answers, 0)
	}
	for _, line := range r.then {
		if err := lacks(p.screens.String(), strings.Fields(line)); err != nil {
			t.Error(err)
		}
		status = p.run(line, r.answers, 0)
	}
	if status != r.status {
		t.Errorf("exit status %d, want %d", status, r.status)
	}
	if at := p.position().Result; at.Case != r.year || at.Step != r.step {
		t.Errorf("it ends with %+v, want %s, %s", at, r.year, r.step)
	}
	want := ""
	if r.file != "" {
		want = w.run("initialised", "inspect", "--field", "serial_hex", filepath.Join(p.dir, r.file))
	}
	if got := p.registered(); got != want {
		t.Errorf("registered is %q, want %q", got, want)
	}
	return asked
}

// interrupted is what has to hold after Ctrl-C.
func (r walk) interrupted(p *walker, status int) {
	p.t.Helper()
	if status != interrupted {
		p.t.Errorf("interrupted at %s it ends with %d, want %d", p.asked[len(p.asked)-1], status, interrupted)
	}
	if err := lacks(p.screens.String(), []string{"-p"}); err != nil || !strings.Contains(p.screens.String(), "apnsctl renew -p acme\n") {
		p.t.Errorf("the screen does not say how to go on")
	}
}

// TestWalks goes every way in both languages, and two of them with an interrupt at every question.
func TestWalks(t *testing.T) {
	w := newWorld(t)
	var err error
	w.sim, err = simulator.Start(t.Context(), simulator.Options{Dir: w.apple(), Now: func() time.Time { return w.now }})
	w.check(err)
	t.Cleanup(func() { w.check(w.sim.Close()) })
	count := 0
	for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
		for _, r := range walks() {
			asked := 0
			name := string(lang) + "/" + r.name
			t.Run(name, func(t *testing.T) { asked = r.takes(t, w, lang, 0) })
			count++
			if !slices.Contains([]string{"first registration", "renewal"}, r.name) {
				continue
			}
			for stop := 1; stop <= asked; stop++ {
				t.Run(fmt.Sprintf("%s/interrupted at %d", name, stop), func(t *testing.T) { r.takes(t, w, lang, stop) })
				count++
			}
		}
	}
	t.Logf("%d walks", count)
}
