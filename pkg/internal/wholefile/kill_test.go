package wholefile

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
)

// writeForEver is the variable that makes the test binary a writer that can be killed.
const writeForEver = "APNSCTL_TEST_WRITE_FOR_EVER"

func TestWriter(t *testing.T) {
	data := bytes.Repeat([]byte("key"), depth.Of(32<<20, 4<<20))
	for os.Getenv(writeForEver) != "" { // an ordinary test run does not
		if err := Replace("out.pem", data); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledWritersLeaveNothing kills writers in the middle of a large file. Where a file can
// do without a name until it is whole, nothing stays; elsewhere the next write clears it away.
func TestKilledWritersLeaveNothing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "out.pem")
	kills := depth.Of(8, 6)
	left, most := 0, kills
	if err := (file{path, nil, private, take}).unnamed(); err == nil {
		most = 1 // the kill may hit between name and rename
	} else if !errors.Is(err, errors.ErrUnsupported) {
		t.Fatal(err)
	}
	for range kills {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriter$")
		child.Dir, child.Env = folder, append(os.Environ(), writeForEver+"=1")
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		waitForChange(t, path) // it writes the next one now
		time.Sleep(time.Duration(depth.Of(30, 4))*time.Millisecond + rand.N(time.Duration(depth.Of(60, 8))*time.Millisecond))
		_ = child.Process.Kill()
		_ = child.Wait() // it was killed
		left += min(len(unfinishedIn(t, folder)), 1)
	}
	t.Logf("%d of %d kills left a file behind", left, kills)
	if left > most {
		t.Errorf("%d of %d kills left a file behind, want at most %d", left, kills, most)
	}
	if err := Replace(path, []byte("key")); err != nil {
		t.Fatal(err)
	}
	if left := unfinishedIn(t, folder); len(left) > 0 {
		t.Errorf("left are %q", left)
	}
}

// waitForChange waits until another file has the name.
func waitForChange(t *testing.T, path string) {
	t.Helper()
	before, _ := os.Stat(path)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if now, err := os.Stat(path); err == nil && !os.SameFile(before, now) {
			return
		}
	}
	t.Fatal("nobody writes")
}
