package push

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushInputOptions say to whom to push.
type pushInputOptions struct {
	tokens, files []string
	magic, shard  string
}

// pushInput reads all inputs one after another as one list of rows. The first row is read
// at the start, so that an input without any is known then; each other only when it is
// wanted, for a pipe may be slow.
type pushInput struct {
	*pushOptions
	position int64       // of row in the whole input, from 0
	row      devices.Row // the present one
	err      error       // why there is none
	ahead    bool        // the present row was not handed out yet
	name     string      // where row stands

	waiting []string // files to come
	reader  *devices.Reader
	file    io.Closer
	size    int64        // of all files in bytes, 0 if unknown
	passed  atomic.Int64 // bytes read of them
	part    shard
	reading sync.Mutex // held by whoever advances: a cancelled run may leave its reader waiting
}

// openInput reads the first row. No row at all is a usage problem.
func (o *pushOptions) openInput() (*pushInput, error) {
	in := &pushInput{pushOptions: o, waiting: o.input.files, position: -1}
	var err error
	if in.part, err = parseShard(o.input.shard); err != nil {
		return nil, err
	}
	in.measure()
	in.name = "--token"
	in.reader = devices.NewReader(in.name, strings.NewReader(strings.Join(o.input.tokens, "\n")))
	in.advance()
	in.ahead = true
	switch {
	case errors.Is(in.err, io.EOF):
		return nil, problem.Say(problem.Usage, "push-no-token", nil)
	case in.err != nil:
		in.close()
		return nil, in.err
	}
	return in, nil
}

// loneTopic is what the device listens to whose TokenUpdate is all of the input: a test
// push, most likely, of which nothing would be left. In a fleet, such a device is a row
// like the others.
func (in *pushInput) loneTopic() string {
	if len(in.input.tokens)+len(in.input.files) > 1 || !in.reader.TokenUpdate() {
		return ""
	}
	return string(in.row.Topic)
}

// measure adds up the files' sizes, for the progress bar.
func (in *pushInput) measure() {
	for _, name := range in.waiting {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			in.size = 0
			return
		}
		in.size += info.Size()
	}
}

// next moves to the next row; the error is io.EOF after the last.
func (in *pushInput) next() error {
	if !in.ahead {
		in.advance()
	}
	in.ahead = false
	return in.err
}

// advance reads a row, from the next file when one has ended.
func (in *pushInput) advance() {
	for {
		err := in.reader.Next(&in.row)
		if err == nil {
			in.position++
			return
		}
		if !errors.Is(err, io.EOF) {
			in.err = in.explain(err)
			return
		}
		in.closeFile()
		if len(in.waiting) == 0 {
			in.err = io.EOF
			return
		}
		if in.err = in.openNext(); in.err != nil {
			return
		}
	}
}

func (in *pushInput) openNext() error {
	in.name = in.waiting[0]
	in.waiting = in.waiting[1:]
	f, err := in.Env.Input(in.name)
	if err != nil {
		return err
	}
	in.file = f
	in.reader = devices.NewReader(cli.Named(in.name), &counting{f, &in.passed})
	return nil
}

// explain names the input that cannot be read.
func (in *pushInput) explain(err error) error {
	if _, ok := errors.AsType[*problem.Error](err); ok || errors.Is(err, context.Canceled) {
		return err
	}
	return cli.Unreadable(cli.Named(in.name), err)
}

// close closes the file that is open, unless somebody still waits for its next line: then
// it ends with the process.
func (in *pushInput) close() {
	if in.reading.TryLock() {
		defer in.reading.Unlock()
		in.closeFile()
	}
}

func (in *pushInput) closeFile() {
	if in.file != nil {
		_ = in.file.Close() // it was only read
		in.file = nil
	}
}

// hash is the SHA-256 of the whole input, by which a resumed run knows it again; empty
// where a pipe is part of it, which can be read once only.
func (in *pushInput) hash() (string, error) {
	for _, name := range in.input.files {
		if info, err := os.Stat(name); name == cli.Stdio || err != nil || !info.Mode().IsRegular() {
			return "", nil //nolint:nilerr // whoever reads the file reports it
		}
	}
	sum := sha256.New()
	for _, token := range in.input.tokens {
		_, _ = io.WriteString(sum, token+"\n") // a hash takes everything
	}
	for _, name := range in.input.files {
		f, err := os.Open(name)
		if err != nil {
			return "", cli.Unreadable(name, err)
		}
		_, err = io.Copy(sum, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return "", cli.Unreadable(name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// counting counts the bytes read.
type counting struct {
	io.Reader
	n *atomic.Int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// shard is a stable part of the input: every of-th row.
type shard struct{ index, of int64 }

func (s shard) has(position int64) bool { return position%s.of == s.index }

// String is I/N.
func (s shard) String() string { return fmt.Sprintf("%d/%d", s.index, s.of) }

// parseShard reads I/N.
func parseShard(text string) (shard, error) {
	if text == "" {
		return shard{0, 1}, nil
	}
	left, right, ok := strings.Cut(text, "/")
	index, err1 := strconv.ParseUint(left, 10, 31)
	of, err2 := strconv.ParseUint(right, 10, 31)
	if !ok || err1 != nil || err2 != nil || index >= of {
		return shard{}, problem.Say(problem.Usage, "push-shard", problem.Params{"value": text})
	}
	return shard{int64(index), int64(of)}, nil
}
