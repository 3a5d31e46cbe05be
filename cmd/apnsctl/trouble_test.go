package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/state"
)

// trouble is a state of the machine in which every command that writes is tried.
type trouble struct {
	name string
	disk string // see diskOf
	// link tells that the config file is a link to another folder, where there is one on another device.
	link bool
	// back is how far the clock runs behind.
	back time.Duration
	want []int // the statuses that are right
}

func troubles() []trouble {
	return []trouble{
		{name: "the disk is full", disk: "full", want: []int{6}},
		{name: "the share of the disk is used up", disk: "over its share", want: []int{6}},
		{name: "the disk fails", disk: "broken", want: []int{6}},
		{name: "the disk can only be read", disk: "read-only", want: []int{6}},
		{name: "the config file is a link", link: true, want: []int{0}},
		{name: "the clock was set back by an hour", back: time.Hour, want: []int{0, 3}},
		{name: "the clock was set back by ten years", back: 10 * 365 * 24 * time.Hour, want: []int{0, 3}},
	}
}

// tryInTrouble runs each of the writers in each trouble: the status is right; a refusal has changed
// nothing; keys are all there; a link stays one.
func tryInTrouble(t *testing.T, w *world) {
	t.Helper()
	tried := 0
	for i, trouble := range troubles() {
		for j, r := range writers() {
			// Each meets some of them, and all meet each in a long run.
			if strings.HasPrefix(r.args, "export") || *kills < longRun && (i+j)%5 != 0 {
				continue
			}
			tried++
			t.Run(trouble.name+", "+r.args, func(t *testing.T) { trouble.try(t, w, r) })
		}
	}
	t.Logf("%d times in trouble", tried)
}

// longRun is how many kills make a long run.
const longRun = 500

func (trouble trouble) try(t *testing.T, w *world, r writer) {
	t.Helper()
	dir := r.prepare(t, w)
	config := filepath.Join(dir, "config.yaml")
	if trouble.link {
		elsewhere := anotherDevice(t)
		if err := move(config, filepath.Join(elsewhere, "real.yaml")); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		w.check(os.Symlink(filepath.Join(elsewhere, "real.yaml"), config))
	}
	var keys []string
	before := fileText(t, config)
	if before != "" {
		keys = keysOf(t, config)
	}
	status, said := there(dir, r.args, "TEST_DISK="+trouble.disk, "TEST_NOW="+w.now.Add(-trouble.back).Format(time.RFC3339)).ends(t)
	after := fileText(t, config)
	remembered := status == 3 && strings.HasPrefix(r.args, "import") // the topic, as promised
	if !slices.Contains(trouble.want, status) || status != 0 && after != before && !remembered {
		t.Errorf("it ends with %d, want %d\n%s", status, trouble.want, said)
	}
	if after != "" && !r.purges {
		for _, key := range keys {
			if !strings.Contains(after, key) {
				t.Errorf("a key is lost: %s", key)
			}
		}
	}
	if info, err := os.Lstat(config); trouble.link && (err != nil || info.Mode()&os.ModeSymlink == 0) {
		t.Error("the link is gone")
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left are %q, %v", left, err)
	}
	if status == 6 && r.out != "" && fileText(t, filepath.Join(dir, r.out)) != string(w.before(r)) {
		t.Errorf("%s was written although its key is nowhere", r.out)
	}
}

// before is what a writer's file says before it runs.
func (w *world) before(r writer) []byte {
	data, _ := os.ReadFile(w.path(r.fixture + "/" + r.out)) // nothing where there is none
	return data
}

// move copies a file to another device.
func move(from, to string) error {
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err == nil {
		err = os.Remove(from)
	}
	return err
}

// writeAtOnce starts fifty processes that write, in a folder with the lock file of one that is
// gone: all fifty results are there.
func writeAtOnce(t *testing.T, w *world) {
	t.Helper()
	const processes = 50
	dir := writer{fixture: "several"}.prepare(t, w)
	w.check(os.WriteFile(filepath.Join(dir, "config.yaml.lock"), []byte("4711"), 0o600))
	keys := keysOf(t, filepath.Join(dir, "config.yaml"))
	errs := make(chan error, processes)
	for i := range processes {
		child := there(dir, fmt.Sprintf("token import token.json --name n%d", i)).command(t.Context())
		var said bytes.Buffer
		child.Stdout, child.Stderr = &said, &said
		w.check(child.Start())
		go func() {
			err := child.Wait()
			if err != nil {
				err = fmt.Errorf("%w: %s", err, &said)
			}
			errs <- err
		}()
	}
	for range processes {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	s, err := state.Open(filepath.Join(dir, "config.yaml")).View(t.Context())
	w.check(err)
	if len(s.Tokens) != processes || !slices.Equal(keysOf(t, filepath.Join(dir, "config.yaml")), keys) {
		t.Errorf("%d results, want %d", len(s.Tokens), processes)
	}
	t.Logf("%d processes wrote %d results", processes, len(s.Tokens))
}
