package push

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"sync/atomic"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/fleet"
)

// pushInputOptions say to whom to push.
type pushInputOptions struct {
	tokens, files []string
	magic, shard  string
}

// pushInput is the input, with what the progress bar goes by.
type pushInput struct {
	*fleet.Input
	size   int64        // of all files in bytes, 0 if unknown
	passed atomic.Int64 // bytes read of them
}

// openInput reads the first row.
func (o *pushOptions) openInput() (*pushInput, error) {
	part, err := fleet.ParseShard(o.input.shard)
	if err != nil {
		return nil, err
	}
	in := &pushInput{size: sizeOf(o.input.files)}
	var files []fleet.File
	for _, name := range o.input.files {
		files = append(files, fleet.File{Name: disk.Named(name), Open: func() (io.ReadCloser, error) {
			f, err := o.Env.Input(name)
			return &watched{f, name, &in.passed}, err
		}})
	}
	in.Input, err = fleet.NewInput(o.input.tokens, files, part)
	return in, err
}

// sizeOf is the size of all files together, 0 if one is a pipe or missing.
func sizeOf(files []string) (size int64) {
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		size += info.Size()
	}
	return size
}

// watched is a file of the input. It counts the bytes read, and names itself when it cannot be
// read.
type watched struct {
	io.ReadCloser
	name   string
	passed *atomic.Int64
}

// Read implements [io.Reader].
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	w.passed.Add(int64(n))
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
		return n, err
	}
	return n, disk.Unreadable(disk.Named(w.name), err)
}

// hash is the SHA-256 of the whole input, by which a resumed run knows it again; empty
// where a pipe is part of it, which can be read once only.
func (o *pushInputOptions) hash() (string, error) {
	for _, name := range o.files {
		if info, err := os.Stat(name); name == disk.Stdio || err != nil || !info.Mode().IsRegular() {
			return "", nil //nolint:nilerr // whoever reads the file reports it
		}
	}
	sum := sha256.New()
	for _, token := range o.tokens {
		_, _ = io.WriteString(sum, token+"\n") // a hash takes everything
	}
	for _, name := range o.files {
		f, err := os.Open(name)
		if err != nil {
			return "", disk.Unreadable(name, err)
		}
		_, err = io.Copy(sum, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return "", disk.Unreadable(name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
