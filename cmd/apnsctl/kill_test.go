package main

import (
	"bytes"
	"cmp"
	"encoding/pem"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var kills = flag.Int("kills", 16, "how often TestFailures/killed kills the program")

// writer is a command that writes. It stands in a folder of its own, a copy of a fixture.
type writer struct {
	fixture string
	args    string
	out     string // the file that it writes besides
	purges  bool   // keys go on purpose
	before  string // commands that have to come first, with semicolons between
	config  string // the file of the fixture that is its config file, if not that
}

// writers are all commands that write.
func writers() []writer {
	return []writer{
		{fixture: "initialised", config: "root.pem", args: "init --organization E --no-passphrase"},
		{fixture: "several", args: "csr delta --out new.plist", out: "new.plist"},
		{fixture: "several", args: "csr acme --new-key --out new.plist", out: "new.plist"},
		{fixture: "several", args: "csr acme --unsigned --force --out gamma.plist", out: "gamma.plist"},
		{
			fixture: "several", args: "csr delta --via mdmcert.download",
			before: "config set mdmcert.url HOOK; config set mdmcert.account it@example.com; config set mdmcert.key file:new.secret",
		},
		{fixture: "several", args: "csr --due --warn-days 999"},
		{fixture: "several", args: "import gamma.pem"},
		{fixture: "pending", args: "import acme.pem"},
		{fixture: "several", args: "import gamma.pem beta.pem"},
		{fixture: "several", args: "delete acme beta --yes"},
		{fixture: "several", args: "export acme beta --for cert --out folder", out: "folder/PushCertificate-acme-cert.pem"},
		{fixture: "several", args: "csr --due --warn-days 999 --out folder", out: "folder/index.csv"},
		{fixture: "several", args: "delete -p acme --confirm acme"},
		{fixture: "several", args: "delete -p acme --confirm acme --purge", purges: true},
		{fixture: "several", args: "vendor csr --new-key --out new.csr", out: "new.csr"},
		{fixture: "vendor", config: "config.yaml.bak", args: "vendor import mdm.cer"},
		{fixture: "several", args: "token import token.json --name x"},
		{fixture: "several", args: "token delete content-token x", before: "token import token.json --name x"},
		{fixture: "several", args: "memo -p acme --remarks two"},
		{fixture: "several", args: "config profiles rename acme borg"},
		{fixture: "several", args: "rollback -p acme --yes", before: "delete -p acme --yes"},
		{fixture: "several", args: "config set notify.to it@example.com"},
		{fixture: "several", args: "config unset organization"},
		{fixture: "several", args: "notify -p acme", before: "config set notify.webhooks.ops.url HOOK; config set notify.ladder 3650"},
		{fixture: "several", args: "config recipients add age1yrjk6n4l4hhahvnuakm2s5qe863m8huku8xwnjx6rn9h5hft8pgsqns2mf"},
		{
			fixture: "several", args: "config recipients remove age1yrjk6n4l4hhahvnuakm2s5qe863m8huku8xwnjx6rn9h5hft8pgsqns2mf",
			before: "config recipients add age1yrjk6n4l4hhahvnuakm2s5qe863m8huku8xwnjx6rn9h5hft8pgsqns2mf",
		},
		{fixture: "several", args: "config passphrase --new-passphrase-file new.secret --passphrase-file new.secret"},
		{fixture: "several", args: "export -p acme --for pem --out new.pem", out: "new.pem"},
		{fixture: "several", args: "server add mdm --kind fleet --url https://mdm.example.com --credential env:TOKEN -p acme"},
		{fixture: "several", args: "server link mdm -p beta", before: "server add mdm --kind fleet --url https://mdm.example.com -p acme"},
		{fixture: "several", args: "server remove mdm --force", before: "server add mdm --kind fleet --url https://mdm.example.com -p acme"},
		{fixture: "several", args: "export -p acme --for pem --force --out acme.pem", out: "acme.pem"},
	}
}

// prepare makes the folder of a writer.
func (r writer) prepare(t *testing.T, w *world) string {
	t.Helper()
	dir := t.TempDir()
	w.check(copyPrivate(w.path(r.fixture), dir))
	w.check(os.Rename(filepath.Join(dir, cmp.Or(r.config, "config.yaml")), filepath.Join(dir, "start")))
	for _, name := range []string{"config.yaml", "config.yaml.bak", "config.yaml.lock"} {
		w.check(os.RemoveAll(filepath.Join(dir, name)))
	}
	if !strings.HasPrefix(r.args, "init") {
		w.check(os.Rename(filepath.Join(dir, "start"), filepath.Join(dir, "config.yaml")))
	}
	for before := range strings.SplitSeq(strings.ReplaceAll(r.before, "HOOK", w.hook), "; ") {
		if before == "" {
			continue
		}
		if status, said := there(dir, before).ends(t); status != 0 {
			t.Fatalf("%s: status %d\n%s", before, status, said)
		}
	}
	return dir
}

// there is a run of the program in a folder, with keys that are ready: the folder gets none twice.
func there(dir, args string, more ...string) errand {
	taken := filepath.Join(made.dir, "taken"+strings.ReplaceAll(filepath.ToSlash(dir), "/", "-"))
	must(0, os.MkdirAll(taken, 0o700))
	return errand{Dir: dir, Args: strings.Fields(args), Env: slices.Concat(machine(), []string{
		"APNSCTL_CONFIG=" + filepath.Join(dir, "config.yaml"), "HOME=" + dir, "USER=tester", "TEST_NOW=" + beginning,
		"TEST_KEYS=" + readyKeys(), "TEST_KEYS_TAKEN=" + taken,
	}, more)}
}

// rehearsed is a writer whose run is known.
type rehearsed struct {
	writer
	steps int           // of the disk
	takes time.Duration // as a process
	form  string        // of the config file afterwards
	keys  []string      // those in it
	made  []byte        // what it writes besides
}

// rehearse runs a writer to its end. As a process of its own it takes longer, by what the start takes.
func (r writer) rehearse(t *testing.T, w *world, start time.Duration) rehearsed {
	t.Helper()
	known := rehearsed{writer: r}
	dir, began := r.prepare(t, w), time.Now()
	counted, status, said := there(dir, r.args).steps(t)
	if known.steps = counted; status != 0 {
		t.Fatalf("%s: status %d\n%s", r.args, status, said)
	}
	known.takes = start + time.Since(began)
	text := fileText(t, filepath.Join(dir, "config.yaml"))
	known.form, known.keys = formOf(text), keysOf(t, filepath.Join(dir, "config.yaml"))
	if r.out != "" {
		known.made = []byte(fileText(t, filepath.Join(dir, r.out)))
	}
	return known
}

// kill starts the command and kills it: at a step of the disk, or, where that is 0, at a moment.
// It tells whether it came in time.
func (r rehearsed) kill(t *testing.T, w *world, step int) (hit bool) {
	t.Helper()
	dir := r.prepare(t, w)
	config := filepath.Join(dir, "config.yaml")
	old, oldOut := fileText(t, config), fileText(t, filepath.Join(dir, cmp.Or(r.out, "none")))
	var keys []string
	if old != "" {
		keys = keysOf(t, config)
	}
	var said bytes.Buffer
	run := there(dir, r.args)
	if step > 0 {
		run = there(dir, r.args, diskKills(step))
	}
	child := run.command(t.Context())
	child.Stdout, child.Stderr = &said, &said
	w.check(child.Start())
	if step == 0 {
		time.Sleep(rand.N(r.takes + 1))
		_ = child.Process.Kill()
	}
	hit = child.Wait() != nil
	if code := child.ProcessState.ExitCode(); code > 0 || step > 0 && !hit {
		t.Fatalf("%s ends by itself: %v\n%s", r.args, child.ProcessState, &said)
	}
	r.whole(t, config, old, keys)
	r.deliveredWhole(t, dir, oldOut)
	r.cleared(t, w, dir)
	return hit
}

// whole fails unless the config file is the old or the new one, with all keys.
func (r rehearsed) whole(t *testing.T, config, old string, keys []string) {
	t.Helper()
	text := fileText(t, config)
	if text == old {
		return
	}
	if got := formOf(text); got != r.form {
		t.Errorf("the config file is neither the old nor the new one:\n%s\nwant\n%s", got, r.form)
	}
	if r.purges {
		keys = r.keys
		if fileText(t, config+".bak") != text {
			t.Error("what was purged stays in the copy")
		}
	}
	after := keysOf(t, config)
	for _, key := range keys {
		if !slices.Contains(after, key) {
			t.Errorf("a key is lost: %s", key)
		}
	}
	if fileText(t, config+".bak") != "" {
		keysOf(t, config+".bak")
	}
}

// deliveredWhole fails unless the other file is the old or the new one. The key of a request that
// has left is in the config file.
func (r rehearsed) deliveredWhole(t *testing.T, dir, old string) {
	t.Helper()
	text := fileText(t, filepath.Join(dir, cmp.Or(r.out, "none")))
	switch {
	case text == old:
	case strings.HasPrefix(r.args, "export"):
		if text != string(r.made) {
			t.Errorf("%s is neither the old nor the new one", r.out)
		}
	case strings.HasPrefix(r.args, "vendor"):
		if block, _ := pem.Decode([]byte(text)); block == nil || !strings.Contains(fileText(t, filepath.Join(dir, "config.yaml")), publicKey(t, block.Bytes)) {
			t.Errorf("the key of %s is lost", r.out)
		}
	default:
		if status, said := there(dir, "verify "+r.out+" -o json").ends(t); strings.Contains(said, "request-not-ours") || !strings.Contains(said, `"ok": true`) {
			t.Errorf("%s ends with %d: %s", r.out, status, said)
		}
	}
}

// cleared fails if anything unfinished outlives the next run.
func (r rehearsed) cleared(t *testing.T, w *world, dir string) {
	t.Helper()
	again := r.args
	if r.out != "" {
		again += " --force"
	}
	if status, said := there(dir, again).ends(t); status == 1 || status == 6 {
		t.Errorf("%s, again, ends with %d\n%s", r.args, status, said)
	}
	if status, said := there(dir, "token import token.json --name last").ends(t); status != 0 {
		t.Errorf("the next write ends with %d\n%s", status, said)
	}
	entries, err := os.ReadDir(dir)
	w.check(err)
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "tmp") {
			t.Errorf("%s outlives the next run", entry.Name())
		}
	}
}

// killWriters kills every command that writes: half of the kills at steps of the disk, of which a
// long run meets all, the others at moments.
func killWriters(t *testing.T, w *world) {
	t.Helper()
	type place struct {
		rehearsed
		step int
	}
	var places, all []place
	start := time.Hour
	for range 3 { // the first reads the program from the disk
		began := time.Now()
		w.check(there(t.TempDir(), "version").command(t.Context()).Run())
		start = min(start, time.Since(began))
	}
	table := writers()
	if *kills < longRun { // not every one each time
		rand.Shuffle(len(table), func(i, j int) { table[i], table[j] = table[j], table[i] })
		table = table[:min(len(table), *kills/2)]
	}
	for _, r := range table {
		known := r.rehearse(t, w, start)
		for step := range known.steps {
			places = append(places, place{known, step + 1})
		}
		all = append(all, place{known, 0})
	}
	steps := len(places)
	rand.Shuffle(steps, func(i, j int) { places[i], places[j] = places[j], places[i] })
	places = places[:min(steps, *kills/2)]
	met := len(places)
	for len(places) < *kills {
		places = append(places, all[len(places)%len(all)])
	}
	late := 0
	for i, p := range places {
		t.Run(fmt.Sprintf("%d %s, step %d", i, p.args, p.step), func(t *testing.T) {
			if !p.kill(t, w, p.step) {
				late++
			}
		})
	}
	t.Logf("%d kills of %d commands: at %d of %d steps of the disk, at %d moments, of which %d were too late", len(places), len(all), met, steps, len(places)-met, late)
}
