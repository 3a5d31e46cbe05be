package push

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestInputsFollowEachOther(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	for name, text := range map[string]string{one: "token,push_magic\naa,1\nbb,2\n", two: ""} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := testPush(func(o *pushOptions) {
		o.input = pushInputOptions{tokens: []string{"AA", "Bb"}, files: []string{one, two, disk.Stdio}, magic: "m"}
		o.IO.In = strings.NewReader("cc 3\ndd")
	})
	var got []string
	err := pushBy(t, o, func(source apns.Source, _ apns.Sink) error {
		for p := (apns.Push{}); source.Next(&p) == nil; {
			got = append(got, fmt.Sprintf("%d %s %s", p.Position, p.Token, p.Body))
		}
		return nil
	})
	want := []string{`0 aa {"mdm":"m"}`, `1 bb {"mdm":"m"}`, `2 aa {"mdm":"1"}`, `3 bb {"mdm":"2"}`, `4 cc {"mdm":"3"}`, `5 dd {"mdm":"m"}`}
	if !slices.Equal(got, want) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if hash, err := o.input.hash(); hash != "" || err != nil {
		t.Errorf("standard input was hashed: %q, %v", hash, err)
	}
	o.input.files = []string{one}
	if hash, err := o.input.hash(); len(hash) != 64 || err != nil {
		t.Errorf("hash %q, %v", hash, err)
	}
}

// A file that cannot be read names itself, whether it is the first or another.
func TestUnreadableInputsAreNamed(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{folder, filepath.Join(folder, "none")} {
		alone := testPush(func(o *pushOptions) { o.input.files = []string{name} })
		_, err := alone.openInput()
		later := testPush(func(o *pushOptions) {
			o.input = pushInputOptions{tokens: []string{"aa"}, magic: "m", files: []string{name}}
		})
		errLater := pushBy(t, later, func(source apns.Source, _ apns.Sink) error {
			p := apns.Push{}
			if err := source.Next(&p); err != nil {
				t.Error(err)
			}
			return source.Next(&p)
		})
		for _, err := range []error{err, errLater} {
			if p := problem.Of(err); p.Code != problem.InputUnreadable || p.Params["file"] != name {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A journal that was closed is free for the next run at once, and not when this process ends.
func TestAClosedJournalIsFree(t *testing.T) {
	name := filepath.Join(t.TempDir(), "journal")
	lock, err := lockJournal(name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	l := &pushJournal{file: file, regular: true, lock: lock}
	if _, err := lockJournal(name); problem.Of(err).Code != problem.JournalLocked {
		t.Errorf("while it is written: %v", err)
	}
	if err := l.close(); err != nil || lock.Locked() {
		t.Errorf("closed: %v, locked %v", err, lock.Locked())
	}
}
