package disk

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// What lies in the place of an output may be larger than the memory: it is not read to be compared.
func TestAHugeFileInTheWayIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.pem")
	if err := os.WriteFile(path, []byte("request"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Output{Path: path}).Check([]byte("request")); err != nil {
		t.Error(err)
	}
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{nil, []byte("request")} {
		if err := (Output{Path: path}).Check(data); err == nil || problem.Of(err).Code != problem.OutputExists {
			t.Error(err)
		}
	}
}

// Neither a folder in the place of an output nor a missing one above it is helped by force.
func TestForceMakesNoFileOfAFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                              "output-exists.folder",
		filepath.Join(dir, "no", "file"): "output-unwritable.folder",
		filepath.Join(file, "below"):     "output-unwritable.below-file",
		filepath.Join(file, "a", "b"):    "output-unwritable.below-file",
		file:                             "",
	} {
		for _, force := range []bool{true, false} {
			err := (Output{Path: path, Force: force}).Check([]byte{})
			if got := problem.Of(err); err == nil && want != "" || err != nil && got.Key() != want {
				t.Errorf("%s, force %v: %v, want %s", path, force, err, want)
			}
		}
	}
}

// A link to a file that is not there yet was made by somebody, and is not replaced unasked.
func TestALinkToNothingIsNotReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("nowhere", path); err != nil {
		t.Fatal(err)
	}
	if err := (Output{Path: path}).Check(nil); problem.Of(err).Code != problem.OutputExists {
		t.Errorf("%v", err)
	}
	if err := (Output{Path: path, Force: true}).Check(nil); err != nil {
		t.Error(err)
	}
}
