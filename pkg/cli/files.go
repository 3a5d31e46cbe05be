package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

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
		word := ""
		for _, d := range e.inputs {
			if d.path == name {
				word = d.word
			}
		}
		return nil, disk.UnreadableAs(word, name, err)
	case len(data) > pushcert.MaxFileSize:
		return nil, problem.New(problem.InputTooLarge, problem.Params{"file": name, "limit": strconv.Itoa(pushcert.MaxFileSize >> 20)})
	}
	return data, nil
}

// ReadText is read for a file that is text, whatever a mail or an editor has done to it.
// What is checked as it lies there, or may be binary, is decoded by its own reader.
func (e *Env) ReadText(name string) ([]byte, error) {
	data, err := e.Read(name)
	text, _ := decode.Text(data)
	return decode.Unquoted(decode.Plainer(text)), err
}

// Input opens an input file, or standard input for "-", that need not fit into memory.
// What may make us wait, a pipe or a terminal, ends with [context.Canceled] when the
// command is interrupted.
func (e *Env) Input(name string) (io.ReadCloser, error) {
	if info, err := os.Stat(name); name == disk.Stdio || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return wait.Reader(e.IO.Done, func() (io.ReadCloser, error) { return e.source(name) }), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, disk.Unreadable(name, err)
	}
	return f, nil
}

// source opens what a name means; a pipe lets it wait.
func (e *Env) source(name string) (io.ReadCloser, error) {
	if name == disk.Stdio {
		return io.NopCloser(e.IO.In), nil
	}
	return os.Open(name)
}
