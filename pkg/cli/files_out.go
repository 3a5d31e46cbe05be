package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/internal/wholefile"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Output is where a command writes a file.
type Output struct {
	Path  string // "-" is standard output
	Force bool   // replace a file with other content
}

// Check tells before anything else is done whether the file may be written: an
// existing one with the same bytes is fine, another needs force.
func (o Output) Check(data []byte) error {
	if o.Path == Stdio || o.Force {
		return nil
	}
	info, err := os.Stat(o.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return o.checkFolder()
	case err != nil:
		return Unwritable(o.Path, err)
	case info.IsDir():
		return problem.Say(problem.OutputExists, "folder", problem.Params{"file": o.Path})
	case !info.Mode().IsRegular(): // a pipe or a device holds nothing that could be lost
		return nil
	}
	if data != nil && info.Size() == int64(len(data)) { // of another length, however large, it is another
		if old, err := os.ReadFile(o.Path); err == nil && bytes.Equal(old, data) {
			return nil
		}
	}
	return problem.New(problem.OutputExists, problem.Params{"file": o.Path})
}

// checkFolder tells whether there is a folder to write the file into.
func (o Output) checkFolder() error {
	folder := filepath.Dir(o.Path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return problem.Say(problem.OutputUnwritable, "folder", problem.Params{"file": o.Path, "folder": folder}).Because(err)
	}
	return nil
}

// Write writes the file as a whole or not at all. Mode 0600 even where no secret is
// in it: whoever wants to share it decides so. A pipe may have no reader: an interrupt
// ends that wait.
func (e *Env) Write(o Output, data []byte) error {
	err := e.write(o, data)
	if err == nil && o.Path != Stdio && e.ifLost == nil {
		e.Keep(problem.Say(problem.ResultLost, "file", problem.Params{"made": o.Path, "detail": ""}))
	}
	return lost(err)
}

func (e *Env) write(o Output, data []byte) error {
	if o.Path == Stdio {
		_, err := e.IO.Out.Write(data)
		return err
	}
	if err := e.Guard("--out", o.Path); err != nil {
		return err
	}
	if err := o.Check(data); err != nil {
		return err
	}
	if info, err := os.Stat(o.Path); err == nil && !info.Mode().IsRegular() {
		_, err := wait.For(e.IO.Done, func() (struct{}, error) { return struct{}{}, os.WriteFile(o.Path, data, 0o600) })
		return WrapUnwritable(o.Path, err)
	}
	return WrapUnwritable(o.Path, wholefile.Replace(o.Path, data))
}

// WrapUnwritable is [Unwritable] where there is an error, else nil.
func WrapUnwritable(path string, err error) error {
	if err == nil {
		return nil
	}
	return Unwritable(path, err)
}

// Unwritable is why a file cannot be written, for a person.
func Unwritable(path string, err error) error {
	return problem.New(problem.OutputUnwritable, problem.Params{"file": path}).Because(err)
}
