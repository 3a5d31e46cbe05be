package push

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/journal"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestShards(t *testing.T) {
	for text, code := range map[string]problem.Code{
		"": "", "0/1": "", "3/4": "",
		"4/4": problem.Usage, "0/0": problem.Usage, "-1/2": problem.Usage, "1": problem.Usage, "a/b": problem.Usage, "1/2/3": problem.Usage,
	} {
		_, err := parseShard(text)
		wantCode(t, text, err, code)
	}
	owners := make([]int, 100)
	for i := range int64(7) {
		for position := range owners {
			if (shard{i, 7}).has(int64(position)) {
				owners[position]++
			}
		}
	}
	for position, n := range owners {
		if n != 1 {
			t.Errorf("position %d belongs to %d parts", position, n)
		}
	}
}

func TestInputsFollowEachOther(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	for name, text := range map[string]string{one: "token,push_magic\naa,1\nbb,2\n", two: ""} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, err := testPush(func(o *pushOptions) {
		o.input = pushInputOptions{tokens: []string{"AA", "Bb"}, files: []string{one, two, cli.Stdio}}
		o.IO.In = strings.NewReader("cc 3\ndd")
	}).openInput()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for in.next() == nil {
		got = append(got, string(in.row.Token)+string(in.row.Magic)+"@"+in.place())
		if in.position != int64(len(got)-1) {
			t.Errorf("row %d has position %d", len(got)-1, in.position)
		}
	}
	want := "aa@--token:1 bb@--token:2 aa1@" + one + ":2 bb2@" + one + ":3 "
	if !errors.Is(in.err, io.EOF) || len(got) != 6 || !strings.HasPrefix(strings.Join(got, " "), want) {
		t.Errorf("%v, %v", got, in.err)
	}
	if hash, err := in.hash(); hash != "" || err != nil {
		t.Errorf("standard input was hashed: %q, %v", hash, err)
	}
	in.input.files = []string{one}
	if hash, err := in.hash(); len(hash) != 64 || err != nil {
		t.Errorf("hash %q, %v", hash, err)
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
	l := &pushJournal{file: file, regular: true, writer: journal.NewWriter(file), lock: lock}
	if _, err := lockJournal(name); problem.Of(err).Code != problem.JournalLocked {
		t.Errorf("while it is written: %v", err)
	}
	if err := l.close(); err != nil || lock.Locked() {
		t.Errorf("closed: %v, locked %v", err, lock.Locked())
	}
}
