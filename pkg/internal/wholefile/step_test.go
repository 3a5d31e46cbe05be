package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var errDisk = errors.New("the disk is full")

// trouble makes one step of a write go wrong, and counts.
type trouble struct {
	at    int // the step, from 0; none if it is negative
	how   string
	steps []string
}

func (t *trouble) step(name string, do func() error) error {
	t.steps = append(t.steps, name)
	if len(t.steps)-1 != t.at {
		return do()
	}
	switch t.how {
	case "before":
		return errDisk
	case "after":
		return errors.Join(do(), errDisk)
	}
	return nil // it does nothing, and says that all is well
}

// TestEveryStepFails has each step of each way of writing fail before and after what it does: the file
// is the old one or the new one, whole, and nothing lies beside it. A step that does nothing while it
// says that all is well cannot leave half a file, unless it is the one that writes.
func TestEveryStepFails(t *testing.T) {
	ways := map[string]func(file) error{"as the system can": file.replace, "with a name": file.named}
	rows := 0
	for way, write := range ways {
		for _, mode := range []fs.FileMode{private, shared} {
			calm := &trouble{at: -1}
			folder := t.TempDir()
			if err := write(file{filepath.Join(folder, "out.pem"), []byte("new"), mode, calm.step}); err != nil {
				t.Fatal(err)
			}
			if !comesBefore(calm.steps, "write", "sync") || !comesBefore(calm.steps, "sync", "rename") {
				t.Errorf("%s: the steps are %q", way, calm.steps)
			}
			for at, name := range calm.steps {
				for _, how := range []string{"before", "after", "nothing"} {
					rows++
					wantWhole(t, write, mode, &trouble{at: at, how: how}, name)
				}
			}
		}
	}
	t.Logf("%d faults", rows)
	if rows < 40 {
		t.Errorf("%d faults are too few", rows)
	}
}

func comesBefore(steps []string, one, other string) bool {
	i, j := slices.Index(steps, one), slices.Index(steps, other)
	return i >= 0 && i < j
}

func wantWhole(t *testing.T, write func(file) error, mode fs.FileMode, trouble *trouble, name string) {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "out.pem")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := write(file{path, []byte("new"), mode, trouble.step})
	got, readErr := os.ReadFile(path)
	lost := trouble.how == "nothing" && (name == "write" || name == "rename") // nobody can know
	old := err != nil && string(got) == "old"
	if readErr != nil || string(got) != "new" && !old && !lost {
		t.Errorf("%s fails %s: %v, and the file is %q, %v", name, trouble.how, err, got, readErr)
	}
	if err := Replace(path, []byte("newer")); err != nil {
		t.Fatal(err)
	}
	if left := unfinishedIn(t, folder); len(left) > 0 {
		t.Errorf("%s fails %s: left are %q", name, trouble.how, left)
	}
}
