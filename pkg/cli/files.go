package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// stdio is the file name that means standard input or output.
const stdio = "-"

// read reads an input file, or standard input for "-", up to the largest size that
// any file of the process can have.
func (e *Env) read(name string) ([]byte, error) {
	in, err := e.input(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, pushcert.MaxFileSize+1))
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case err != nil:
		return nil, unreadable(name, err)
	}
	if len(data) > pushcert.MaxFileSize {
		return nil, problem.New(problem.InputTooLarge, problem.Params{"file": name, "limit": strconv.Itoa(pushcert.MaxFileSize >> 20)})
	}
	return data, nil
}

// input opens an input file, or standard input for "-". What may make us wait, a pipe or
// a terminal, ends with [context.Canceled] when the command is interrupted.
func (e *Env) input(name string) (io.ReadCloser, error) {
	if name == stdio {
		return e.interruptible(func() (io.Reader, error) { return e.IO.In, nil }), nil
	}
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return e.interruptible(func() (io.Reader, error) { return os.Open(name) }), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return f, nil
}

// interruptible reads from what open returns, in a goroutine that is left behind where it
// waits for ever: the process ends.
func (e *Env) interruptible(open func() (io.Reader, error)) io.ReadCloser {
	out, in := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		source, err := open()
		if err == nil {
			_, err = io.Copy(in, source)
		}
		_ = in.CloseWithError(err) // nil is the end of the input
	}()
	go func() {
		select {
		case <-e.IO.Done:
			_ = in.CloseWithError(context.Canceled)
		case <-done:
		}
	}()
	return out
}

// globbed replaces patterns by the files that they match, in the order of their names:
// not every shell does. What names a file, or matches none, stays as it is.
func globbed(names []string) []string {
	var files []string
	for _, name := range names {
		matches, err := filepath.Glob(name)
		if _, missing := os.Lstat(name); missing == nil || err != nil || len(matches) == 0 {
			matches = []string{name}
		}
		files = append(files, matches...)
	}
	return files
}

func unreadable(name string, err error) error {
	params := problem.Params{"file": name}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return problem.Say(problem.InputUnreadable, "missing", params).Because(err)
	case errors.Is(err, fs.ErrPermission):
		return problem.Say(problem.InputUnreadable, "permission", params).Because(err)
	case errors.Is(err, syscall.EISDIR):
		return problem.Say(problem.InputUnreadable, "folder", params).Because(err)
	}
	return problem.New(problem.InputUnreadable, params).Because(err)
}

// output is where a command writes a file.
type output struct {
	path  string // "-" is standard output
	force bool   // replace a file with other content
}

// check tells before anything else is done whether the file may be written: an
// existing one with the same bytes is fine, another needs force.
func (o output) check(data []byte) error {
	if o.path == stdio || o.force {
		return nil
	}
	info, err := os.Stat(o.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return o.checkFolder()
	case err != nil:
		return unwritable(o.path, err)
	case info.IsDir():
		return problem.Say(problem.OutputExists, "folder", problem.Params{"file": o.path})
	case !info.Mode().IsRegular(): // a pipe or a device holds nothing that could be lost
		return nil
	}
	if old, err := os.ReadFile(o.path); err == nil && data != nil && bytes.Equal(old, data) {
		return nil
	}
	return problem.New(problem.OutputExists, problem.Params{"file": o.path})
}

// checkFolder tells whether there is a folder to write the file into.
func (o output) checkFolder() error {
	folder := filepath.Dir(o.path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return problem.Say(problem.OutputUnwritable, "folder", problem.Params{"file": o.path, "folder": folder}).Because(err)
	}
	return nil
}

// write writes the file as a whole or not at all. Mode 0600 even where no secret is
// in it: whoever wants to share it decides so.
func (e *Env) write(o output, data []byte) error {
	if o.path == stdio {
		_, err := e.IO.Out.Write(data)
		return err
	}
	if err := o.check(data); err != nil {
		return err
	}
	if info, err := os.Stat(o.path); err == nil && !info.Mode().IsRegular() {
		return wrapUnwritable(o.path, os.WriteFile(o.path, data, 0o600))
	}
	return wrapUnwritable(o.path, replace(o.path, data))
}

// replace writes a temporary file beside path and renames it, so that no reader sees
// half a key.
func replace(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func wrapUnwritable(path string, err error) error {
	if err == nil {
		return nil
	}
	return unwritable(path, err)
}

func unwritable(path string, err error) error {
	return problem.New(problem.OutputUnwritable, problem.Params{"file": path}).Because(err)
}
