package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// A run of notify is killed at each step of the disk, after its first delivery and before the
// last memory of it; then it runs again. Everyone is told; twice is told at most the one whose
// memory was not written yet.
func TestNotifyIsKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	toll := map[string]int{}
	heard := func() map[string]int { // since it was asked last
		mu.Lock()
		defer mu.Unlock()
		told := toll
		toll = map[string]int{}
		return told
	}
	hook := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		var d struct{ Kind, Profile string }
		if err != nil || json.Unmarshal(body, &d) != nil {
			out.WriteHeader(http.StatusBadRequest)
		}
		toll[d.Kind+" "+d.Profile]++
	}))
	t.Cleanup(hook.Close)
	w.hook = hook.URL
	r := writer{fixture: "several", args: "notify -o json", before: "config set notify.webhooks.ops.url HOOK; config set notify.ladder 3650"}
	w.write("several/token.json", sampleFile(t, "token/content.json"))
	dir := r.prepare(t, w)
	steps, status, said := there(dir, r.args).steps(t)
	if status != 0 {
		t.Fatalf("status %d\n%s", status, said)
	}
	const things = 3 // two certificates and the vendor's
	if told := heard(); len(told) != things || steps < things {
		t.Fatalf("told %v in %d steps", told, steps)
	}
	twice, kills := 0, 0
	for step := 1; step <= steps; step += 3 { // some of them; the others are alike
		dir := r.prepare(t, w)
		if there(dir, r.args, diskKills(step)).command(t.Context()).Run() != nil {
			kills++
		}
		if status, said := there(dir, r.args).ends(t); status != 0 {
			t.Fatalf("step %d: status %d\n%s", step, status, said)
		}
		told, again := heard(), 0
		for thing, count := range told {
			if again += count - 1; count > 2 {
				t.Errorf("step %d: %s is told %d times", step, thing, count)
			}
		}
		if len(told) != things || again > 1 {
			t.Errorf("step %d: told %v", step, told)
		}
		twice += again
		if text := fileText(t, filepath.Join(dir, "config.yaml")); strings.Count(text, "recipient: webhook:ops") != things {
			t.Errorf("step %d: remembered %d times", step, strings.Count(text, "recipient: webhook:ops"))
		}
	}
	t.Logf("%d kills, %d told twice", kills, twice)
	if kills == 0 || twice == 0 {
		t.Errorf("%d kills, %d told twice: the test hits nothing", kills, twice)
	}
}

// A signal comes while the second is told: the answer names the first, and what is left.
func TestNotifyIsInterrupted(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // a process gets no signal from another
	}
	w := newWorld(t)
	asked := make(chan bool, 2)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then it is not seen that the client is gone
		if asked <- true; len(asked) == cap(asked) {
			<-r.Context().Done()
		}
	}))
	t.Cleanup(hook.Close)
	w.hook = hook.URL
	r := writer{fixture: "several", args: "notify -o json", before: "config set notify.webhooks.ops.url HOOK; config set notify.ladder 3650"}
	child := there(r.prepare(t, w), r.args).command(t.Context())
	var said bytes.Buffer
	child.Stdout = &said
	w.check(child.Start())
	for wait := 0; len(asked) < cap(asked) && wait < 3000; wait++ {
		time.Sleep(10 * time.Millisecond)
	}
	w.check(child.Process.Signal(os.Interrupt))
	_ = child.Wait() // its status is looked at
	var answer struct {
		Result struct {
			Told, Due []any
			Stopped   struct{ Code string }
		}
	}
	w.check(json.Unmarshal(said.Bytes(), &answer))
	if got := answer.Result; child.ProcessState.ExitCode() != 130 || len(got.Told) != 1 || len(got.Due) != 2 || got.Stopped.Code != "interrupted" {
		t.Errorf("%v: %s", child.ProcessState, &said)
	}
}
