package push_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
)

// Two runs never write one journal: the second ends at once, by whatever name and with
// whatever flags it comes, and leaves the journal as it is.
func TestASecondRunOnAJournalIsRefused(t *testing.T) {
	w := commandtest.NewPushWorld(t)
	name, other := w.Path("results.ndjson"), w.Path("other.ndjson")
	stdin, rows := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		status, _, _ := w.Run(stdin, w.Args("--tokens-file", "-", "--push-magic", "m", "--results", name)...)
		ended <- status
	}()
	if _, err := io.WriteString(rows, strings.Repeat("ab", 32)+"\n"); err != nil {
		t.Fatal(err)
	}
	for len(w.Pushes()) == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	var before []byte
	for !bytes.Contains(before, []byte("accepted")) {
		before, _ = os.ReadFile(name)
	}
	second := func(flags ...string) (int, string) {
		status, out, _ := w.Run(strings.NewReader(""), w.Args(append(flags, "--token", strings.Repeat("cd", 32), "--push-magic", "m", "-o", "json")...)...)
		var answer struct {
			Error struct {
				Code   string
				Hint   string
				Params struct{ File string }
			}
		}
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatal(err)
		}
		if answer.Error.Code != "" && answer.Error.Params.File != name || answer.Error.Code != "" && !strings.Contains(answer.Error.Hint, "--resume") {
			t.Errorf("%v: %+v", flags, answer.Error)
		}
		return status, answer.Error.Code
	}
	refused := [][]string{{"--results", name}, {"--results", name, "--resume"}, {"--results", name, "--force"}}
	if runtime.GOOS != "windows" {
		if err := os.Symlink(name, w.Path("link")); err != nil {
			t.Fatal(err)
		}
		refused = append(refused, []string{"--results", w.Path("link"), "--resume"})
	}
	for _, flags := range refused {
		began := time.Now()
		if status, code := second(flags...); status != 6 || code != "journal-locked" {
			t.Errorf("%v: status %d, %q", flags, status, code)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%v: took %v", flags, took)
		}
		if after, err := os.ReadFile(name); err != nil || !bytes.Equal(after, before) {
			t.Errorf("%v: the journal was changed: %v\n%s", flags, err, after)
		}
	}
	if status, code := second("--results", other); status != 0 {
		t.Errorf("another journal: status %d, %q", status, code)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-ended; status != 0 {
		t.Errorf("the first run: status %d", status)
	}
	// The lock has ended with the run, though its file stays, for its owner only.
	if status, code := second("--results", name, "--force"); status != 0 {
		t.Errorf("after it: status %d, %q", status, code)
	}
	if info, err := os.Stat(name + ".lock"); err != nil || info.Size() > 0 || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the lock's file: %v, %v", info, err)
	}
	// A refused run gives its lock back.
	if status, _ := second("--results", name); status != 2 {
		t.Errorf("over an old journal: status %d", status)
	}
	if status, code := second("--results", name, "--force"); status != 0 {
		t.Errorf("after a refused one: status %d, %q", status, code)
	}
}

// What has no past is not locked: several runs may write to one pipe or device.
func TestADeviceIsNotLocked(t *testing.T) {
	w := commandtest.NewPushWorld(t)
	w.Must(w.Args("--token", strings.Repeat("ab", 32), "--push-magic", "m", "--results", os.DevNull, "--resume")...)
	if _, err := os.Stat(os.DevNull + ".lock"); err == nil {
		t.Error("a lock was made beside the device")
	}
}
