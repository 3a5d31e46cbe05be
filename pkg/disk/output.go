package disk

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Output is where a command writes a file.
type Output struct {
	Path  string // "-" is standard output
	Force bool   // replace a file with other content
	// Ours, where it is set, tells a file that this program wrote, and may write anew.
	Ours func(old []byte) bool
	// Shared makes the file readable for everybody: there is nothing secret in it, and its
	// reader is another program under another name.
	Shared bool
}

// Check tells before anything else is done whether the file may be written: an
// existing one with the same bytes is fine, another needs force. No force makes a file of a folder, or
// a folder where there is none.
func (o Output) Check(data []byte) error {
	if o.Path == Stdio {
		return nil
	}
	info, err := os.Stat(o.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(o.Path); err != nil {
			return o.checkFolder()
		} else if o.Force {
			return nil
		}
		return problem.New(problem.OutputExists, problem.Params{"file": o.Path}) // a link to nothing is somebody's, too
	case err != nil:
		return Unwritable(o.Path, err)
	case info.IsDir():
		return problem.Say(problem.OutputExists, "folder", problem.Params{"file": o.Path})
	case o.Force:
		return nil
	case !info.Mode().IsRegular(): // a pipe or a device holds nothing that could be lost
		return nil
	}
	if o.mayReplace(info.Size(), data) {
		return nil
	}
	return problem.New(problem.OutputExists, problem.Params{"file": o.Path})
}

// mayReplace tells whether an existing file of that size holds nothing that could be lost: the
// same bytes, or what this program wrote.
func (o Output) mayReplace(size int64, data []byte) bool {
	same := data != nil && size == int64(len(data)) // of another length, however large, it is another
	if !same && (o.Ours == nil || size > pushcert.MaxFileSize) {
		return false
	}
	old, err := os.ReadFile(o.Path)
	return err == nil && (same && bytes.Equal(old, data) || o.Ours != nil && o.Ours(old))
}

// checkFolder tells whether there is a folder to write the file into.
func (o Output) checkFolder() error {
	folder := filepath.Dir(o.Path)
	info, err := os.Stat(folder)
	if err == nil && !info.IsDir() {
		return Unwritable(o.Path, syscall.ENOTDIR)
	}
	if err != nil {
		return problem.Say(problem.OutputUnwritable, "folder", problem.Params{"file": o.Path, "folder": folder}).Because(err)
	}
	return nil
}
