package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Stdio is the file name that means standard input or output.
const Stdio = "-"

// Read reads an input file, or standard input for "-", up to the largest size that
// any file of the process can have. It gives up when the command is interrupted.
func (e *Env) Read(name string) ([]byte, error) {
	data, err := wait.For(e.IO.Done, func() ([]byte, error) {
		in, err := e.source(name)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		return io.ReadAll(io.LimitReader(in, pushcert.MaxFileSize+1))
	})
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case err != nil:
		return nil, Unreadable(name, err)
	case len(data) > pushcert.MaxFileSize:
		return nil, problem.New(problem.InputTooLarge, problem.Params{"file": name, "limit": strconv.Itoa(pushcert.MaxFileSize >> 20)})
	}
	return data, nil
}

// ReadText is read for a file that is text, whatever a mail or an editor has done to it.
// What is judged as it lies there, or may be binary, is decoded by its own reader.
func (e *Env) ReadText(name string) ([]byte, error) {
	data, err := e.Read(name)
	text, _ := decode.Text(data)
	return decode.Unquoted(decode.Plainer(text)), err
}

// Input opens an input file, or standard input for "-", that need not fit into memory.
// What may make us wait, a pipe or a terminal, ends with [context.Canceled] when the
// command is interrupted.
func (e *Env) Input(name string) (io.ReadCloser, error) {
	if info, err := os.Stat(name); name == Stdio || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return wait.Reader(e.IO.Done, func() (io.ReadCloser, error) { return e.source(name) }), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, Unreadable(name, err)
	}
	return f, nil
}

// source opens what a name means; a pipe lets it wait.
func (e *Env) source(name string) (io.ReadCloser, error) {
	if name == Stdio {
		return io.NopCloser(e.IO.In), nil
	}
	return os.Open(name)
}

// Globbed replaces patterns by the files that they match, in the order of their names:
// not every shell does. What names a file, or matches none, stays as it is.
func Globbed(names []string) []string {
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

// Unreadable is why an input cannot be read, for a person.
func Unreadable(name string, err error) error {
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

// Expand replaces patterns and folders by their files, in the order of their names. Links to
// files are followed, links to folders only where they were named. A folder that cannot be
// read, or holds no file, keeps a place of its own.
func Expand(ctx context.Context, names []string) ([]Found, error) {
	var all []Found
	for _, name := range Globbed(names) {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			all = append(all, Found{Name: name}) // a missing file is reported in its place
			continue
		}
		before := len(all)
		// With a separator at its end a symbolic link to a folder is followed.
		err = filepath.WalkDir(name+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				all = append(all, Found{path, Unreadable(path, err)})
			case IsFile(path, d):
				all = append(all, Found{Name: path})
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
		if len(all) == before {
			all = append(all, Found{name, problem.Say(problem.CertificateMissing, "no-file", problem.Params{"file": name})})
		}
	}
	return all, nil
}

// Found is a file to look at, or why there is none in its place.
type Found struct {
	Name string
	Err  error
}

// IsFile tells whether an entry of a folder is a file, or a link to one.
func IsFile(path string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular() // a link into nowhere is told of
}
