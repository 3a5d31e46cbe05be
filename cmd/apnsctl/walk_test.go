//go:build !windows

package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
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
	waits   bool   // the person does nothing but look
	typed   string // while waiting, as if it were asked
}

// walk is one way through a year. The person types no command beside the first that no screen shows.
type walk struct {
	name    string
	fixture string
	clock   string
	server  string   // the kind of the stand-in that the profile is linked with
	before  []string // command lines of the time before
	answers map[string][]answer
	then    []string // the commands that a screen has named, after the first one
	status  int      // of the last command; 0 unless it says otherwise
	// What is true at the end.
	year, step string
	file       string   // what is registered; empty for nothing
	asks       []string // at these it waits, one after the other
	shows      string   // a text of the catalogue that has to be read on the way
	// interrupted tells that the walk is gone again with an interrupt at each of its questions.
	interrupted bool
	mostKeys    int // beyond the passphrase; 0 for any number
}

const interruptKey = "\x03"

// When a renewal is due, and when the certificate has expired while its vendor's is still valid.
const due, late = "2027-01-15T00:00:00Z", "2027-03-01T00:00:00Z"

// walks are the ways that the four consoles need twenty pages for.
func walks() []walk {
	yes := []answer{{text: ""}}
	right := answer{does: renewed("acme", "acme.pem"), text: "new.pem"}
	year := func(downloads ...answer) map[string][]answer {
		return map[string][]answer{
			"renew-request": yes, "renew-download": append(downloads, right), "renew-import": yes,
			"renew-deliver": {{text: "pem"}}, "renew-test-rehearsal": {{text: "done"}},
		}
	}
	with := func(answers map[string][]answer, key string, list ...answer) map[string][]answer {
		answers[key] = list
		return answers
	}
	elsewhere := answer{does: rowOf("elsewhere.pem", "acme", "new.pem"), text: "new.pem"}
	newcomer := with(year(), "enrolled", answer{text: "n"})
	newcomer["renew-download"] = []answer{{does: created("acme", "new.pem"), text: "new.pem"}}
	enrolled := with(with(year(), "enrolled", answer{text: "y"}), "topic", answer{text: "nothing.pem"}, answer{text: "elsewhere.pem"})
	enrolled["renew-download"] = []answer{{does: created("acme", "create.pem"), text: "create.pem", refused: true}, elsewhere}
	unknown := with(with(year(), "enrolled", answer{text: "y"}), "topic", answer{text: ""})
	unknown["renew-download"] = []answer{elsewhere}
	looks := with(with(year(), "passphrase", answer{text: testPassphrase}), "renew-download", answer{text: ""})
	looks["renew.waiting"] = []answer{{does: rowOf("acme.pem", "acme", "Downloads/new.pem"), waits: true}}
	outside := with(with(year(), "enrolled", answer{text: "n"}), "renew-signed", answer{text: "PushCertificate-acme.csr", refused: true}, answer{does: notOurs, text: "theirs.plist", refused: true}, answer{does: signed, text: "acme.plist"})
	outside["renew-download"] = []answer{{does: func(p *walker) { p.post("/certificates", "acme.plist", "new.pem") }, text: "new.pem"}}
	impatient := with(year(), "renew-download", answer{text: ""})
	impatient["renew.waiting"] = []answer{{does: rowOf("acme.pem", "acme", "Downloads/new.pem"), waits: true, typed: "beta.pem\rn\rn\r"}}
	there := answer{does: rowOf("acme.pem", "acme", "Downloads/new.pem"), text: ""}
	strangers := with(year(), "renew-download", answer{text: ""})
	strangers["renew.waiting"] = []answer{{does: arrives(page, "page.pem", "page.pem"), waits: true}}
	strangers["renew.arrived-page"] = []answer{{does: arrives(nil, "beta.pem", "beta.pem"), waits: true}}
	strangers["renew.arrived-other"] = []answer{{does: arrives(nil, "mdm.cer", "mdm.cer"), waits: true}}
	strangers["renew.arrived"] = []answer{
		{does: arrives(nil, "PushCertificateRequest-acme.plist", "request.plist"), waits: true},
		{does: arrives(keyFile, "acme.p12", "acme.p12"), waits: true},
	}
	strangers["renew.arrived-locked"] = []answer{{does: arrives(nothing, "notes", "notes.txt"), waits: true}}
	strangers["renew.arrived-unknown"] = []answer{{does: rowOf("acme.pem", "acme", "Downloads/new.pem"), waits: true}}
	hasty := with(year(), "renew-download", answer{does: arrives(page, "page.pem", "page.pem"), text: ""})
	hasty["renew.arrived-page"] = []answer{{does: rowOf("acme.pem", "acme", "Downloads/new.pem"), waits: true}}
	hasty["renew.waiting"] = []answer{{waits: true}}
	again := with(year(), "renew-deliver-again", answer{text: ""})
	again["replace"] = []answer{{text: ""}}
	anothers := with(year(), "replace-other", answer{text: "y"})
	kept := with(year(), "replace-other", answer{text: "", refused: true})
	return []walk{
		{
			name: "first registration", fixture: "vendor", answers: newcomer, year: "first", step: "done", file: "new.pem",
			interrupted: true, shows: "output.portal.create",
		},
		{
			name: "first registration, devices enrolled", fixture: "vendor", answers: enrolled, year: "first", step: "done", file: "new.pem",
			shows: "output.import.headline.known",
		},
		{
			name: "first registration, devices enrolled on a topic that nobody knows", fixture: "vendor", answers: unknown, year: "first",
			step: "done", file: "new.pem", shows: "output.portal.ask-press-topic",
		},
		{
			name: "first registration, an outside vendor signs", fixture: "initialised", answers: outside, year: "first", step: "done",
			file: "new.pem", interrupted: true, shows: "output.portal.create",
		},
		{
			name: "renewal", fixture: "registered", clock: due, answers: year(), year: "renewal", step: "done", file: "new.pem",
			interrupted: true, shows: "output.import.headline.renewed",
		},
		{
			name: "renewal, the download is found", fixture: "sealed", clock: due, answers: looks, year: "renewal", step: "done",
			file: "Downloads/new.pem", interrupted: true, mostKeys: 13,
		},
		{
			name: "typed while waiting", fixture: "several", clock: due, answers: impatient, year: "renewal", step: "done", file: "Downloads/new.pem",
		},
		{
			name: "others arrive", fixture: "several", clock: due, answers: strangers, year: "renewal", step: "done", file: "Downloads/new.pem",
			asks: []string{"renew.waiting", "renew.arrived-page", "renew.arrived-other", "renew.arrived", "renew.arrived", "renew.arrived-locked", "renew.arrived-unknown"},
		},
		{
			name: "the page was saved before", fixture: "several", clock: due, answers: hasty, year: "renewal", step: "done", file: "Downloads/new.pem",
			asks: []string{"renew.waiting", "renew.arrived-page"},
		},
		{
			name: "the download is there already", fixture: "registered", clock: due, year: "renewal", step: "done", file: "Downloads/new.pem",
			answers: with(year(), "renew-download", there),
		},
		{
			name: "last year's export is there", fixture: "registered", clock: due, before: []string{"export -p acme --for pem"},
			answers: again, year: "renewal", step: "done", file: "new.pem",
		},
		{
			name: "another's request is there", fixture: "registered", clock: due, before: []string{"csr -p other --out PushCertificateRequest-acme.plist --force"},
			answers: anothers, year: "renewal", step: "done", file: "new.pem",
		},
		{
			name: "another's request stays", fixture: "registered", clock: due, before: []string{"csr -p other --out PushCertificateRequest-acme.plist --force"},
			answers: kept, year: "renewal", step: "request", file: "acme.pem", status: 2, shows: "problem.output-exists.text",
		},
		{
			name: "nothing that is understood", fixture: "registered", clock: due, year: "renewal", step: "request", file: "acme.pem",
			answers: with(year(), "renew-request", answer{text: "what"}, answer{text: "ok"}, answer{text: "acme.pem"}), shows: "problem.usage.answer.text",
		},
		{
			name: "the certificate that is registered", fixture: "registered", clock: due, year: "renewal", step: "done", file: "new.pem",
			answers: year(answer{text: "acme.pem", refused: true}), shows: "output.renew.same",
		},
		{
			name: "the request", fixture: "registered", clock: due, year: "renewal", step: "done", file: "new.pem",
			answers: year(answer{text: "PushCertificateRequest-acme.plist", refused: true}),
		},
		{
			name: "another day", fixture: "registered", clock: due, year: "renewal", step: "portal", file: "acme.pem",
			answers: with(year(), "renew-download", answer{text: "no such.pem"}, answer{text: "q"}), shows: "problem.input-unreadable.missing.text",
		},
		{
			name: "a folder is no file", fixture: "registered", clock: due, year: "renewal", step: "portal", file: "acme.pem",
			answers: with(year(), "renew-download", answer{text: "."}, answer{text: "q"}), shows: "problem.input-unreadable.folder.text",
		},
		{
			name: "the server keeps the key", fixture: "registered", clock: due, server: "intune", year: "renewal", step: "done", file: "new.pem",
			answers: with(with(with(with(year(), "renew-deliver"), "renew-test-rehearsal"), "renew-upload", answer{text: ""}), "renew-test-elsewhere", answer{text: "device.csv"}, answer{text: "done"}),
			shows:   "server.delivered",
		},
		{
			name: "the certificate alone is delivered", fixture: "registered", clock: due, year: "renewal", step: "test", file: "new.pem",
			answers: with(with(year(), "renew-deliver", answer{text: "cert"}), "renew-test-rehearsal", answer{text: "n"}),
		},
		{name: "expired", fixture: "registered", clock: late, answers: year(), year: "renewal", step: "done", file: "new.pem"},
		{
			name: "the wrong row", fixture: "several", clock: due, year: "renewal", step: "done", file: "new.pem",
			answers: year(answer{does: rowOf("beta.pem", "acme", "row.pem"), text: "row.pem", refused: true}),
		},
		{
			name: "Create pressed", fixture: "registered", clock: due, year: "renewal", step: "done", file: "new.pem",
			answers: year(answer{does: created("acme", "create.pem"), text: "create.pem", refused: true}),
		},
		{
			name: "another profile's file", fixture: "several", clock: due, year: "renewal", step: "done", file: "new.pem",
			answers: year(answer{text: "beta.pem", refused: true}),
		},
		{
			name: "HTML", fixture: "registered", clock: due, year: "renewal", step: "done", file: "new.pem",
			answers: year(answer{does: page, text: "page.pem", refused: true}),
		},
		{
			name: "the key is lost", fixture: "registered", clock: due, year: "renewal", step: "done", file: "new.pem",
			answers: year(answer{does: lostKey, text: "lost.pem", refused: true}), shows: "problem.key-missing.text",
		},
		{
			name: "deleted, and Create pressed", fixture: "registered", clock: due, before: []string{"delete -p acme --yes"},
			answers: year(answer{does: created("acme", "create.pem"), text: "create.pem", refused: true}),
			year:    "renewal", step: "done", file: "new.pem",
		},
		{
			name: "deleted", fixture: "registered", clock: due, before: []string{"delete -p acme --yes"},
			answers: year(), year: "renewal", step: "done", file: "new.pem",
		},
	}
}

// takes goes a walk, and looks at what it led to.
func (r walk) takes(t *testing.T, w *world, lang msg.Lang, stop int) (asked int) {
	t.Helper()
	p := newWalker(t, w, lang, r)
	defer func() {
		if t.Failed() || testing.Verbose() {
			t.Logf("%s", p.screens.String())
		}
	}()
	status := p.run("renew -p acme", r.answers, stop)
	asked = len(p.asked)
	if stop > 0 {
		afterInterrupt(p, status)
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
	p.used(want)
	r.read(p)
	return asked
}

// read is what the screens have to say, and what they must not.
func (r walk) read(p *walker) {
	p.t.Helper()
	shown, catalogue := squeeze(p.screens.String()), msg.Printer{Lang: p.lang}
	says := func(key string) bool { return textForm(catalogue, key).MatchString(shown) }
	if r.shows != "" && !says(r.shows) {
		p.t.Errorf("no screen says %s", r.shows)
	}
	if says("output.portal.create") && r.shows != "output.portal.create" {
		p.t.Errorf("a card says Create alone, where a topic is known")
	}
	if asked := " " + strings.Join(p.asked, " ") + " "; !strings.Contains(asked, " "+strings.Join(r.asks, " ")) {
		p.t.Errorf("it waits at %v, want among them %v", p.asked, r.asks)
	}
	if r.mostKeys > 0 && p.keys > r.mostKeys {
		p.t.Errorf("%d keys were pressed, want at most %d", p.keys, r.mostKeys)
	}
}

// afterInterrupt is what has to hold after Ctrl-C.
func afterInterrupt(p *walker, status int) {
	p.t.Helper()
	if status != interrupted {
		p.t.Errorf("interrupted at %s it ends with %d, want %d", p.asked[len(p.asked)-1], status, interrupted)
	}
	if said := strings.Count(p.screens.String(), "\n  apnsctl renew -p acme\n"); said != 1 {
		p.t.Errorf("the screen says %d times how to go on, want once", said)
	}
	if textForm(msg.Printer{Lang: p.lang}, "problem.interrupted.hint").MatchString(squeeze(p.screens.String())) {
		p.t.Errorf("the screen says another time that it was interrupted")
	}
}

// TestWalks goes every way in both languages, and some with an interrupt at every question, in CI in both.
func TestWalks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var err error
	w.sim, err = simulator.Start(t.Context(), simulator.Options{Dir: w.apple(), Now: func() time.Time { return w.now }})
	w.check(err)
	t.Cleanup(func() { w.check(w.sim.Close()) })
	var count atomic.Int64
	for _, clock := range []string{"", due, late} { // what goes on at one time goes on at once
		w.now, err = time.Parse(time.RFC3339, cmp.Or(clock, beginning))
		w.check(err)
		t.Run("at "+clock, func(t *testing.T) {
			for _, r := range walks() {
				for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
					if r.clock == clock {
						t.Run(string(lang)+"/"+r.name, func(t *testing.T) {
							t.Parallel()
							count.Add(int64(r.goes(t, w, lang)))
						})
					}
				}
			}
		})
	}
	t.Logf("%d walks", count.Load())
	if least := int64(2 * len(walks())); count.Load() < least {
		t.Errorf("%d walks, want at least %d", count.Load(), least)
	}
}

// goes goes a walk, and those with an interrupt at each of its questions; it counts them.
func (r walk) goes(t *testing.T, w *world, lang msg.Lang) (count int) {
	t.Helper()
	asked := r.takes(t, w, lang, 0)
	for stop := 1; r.interrupted && (lang == msg.English || inCI()) && stop <= asked; stop++ {
		t.Run(fmt.Sprintf("interrupted at %d", stop), func(t *testing.T) { r.takes(t, w, lang, stop) })
		count++
	}
	return count + 1
}
