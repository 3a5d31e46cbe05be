package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/state"
	"golang.org/x/text/unicode/norm"
)

// Same tells whether two paths lead to one file, which need not be there yet. A device
// holds nothing that could be lost.
func Same(a, b string) bool {
	one, err1 := os.Stat(a)
	two, err2 := os.Stat(b)
	switch {
	case err1 == nil && err2 == nil:
		return os.SameFile(one, two) && one.Mode()&fs.ModeDevice == 0
	case err1 == nil, err2 == nil:
		return false // whatever the spelling, one of them is another file
	}
	return place(a) == place(b)
}

// place is where a path leads that is not there yet, in one spelling for systems that take
// several for one (letters of both cases, Unicode's two forms, dots and blanks at the end).
func place(path string) string {
	if followed, err := state.Follow(path); err == nil {
		path = followed
	}
	path, _ = filepath.Abs(path) // without a working folder all paths are compared as they are
	folder, name := filepath.Split(path)
	if followed, err := filepath.EvalSymlinks(folder); err == nil {
		folder = followed
	}
	name = strings.TrimRight(name, " .")
	return strings.ToLower(norm.NFC.String(filepath.Join(folder, name)))
}
