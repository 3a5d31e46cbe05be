package fleet

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/apnsctl/apnsctl/pkg/devices"
)

// File is one file of the input.
type File struct {
	Name string // as a person knows it
	// Open is called when its turn comes. An error of opening or reading is handed on as it is,
	// so it has to name the file.
	Open func() (io.ReadCloser, error)
}

// Input reads tokens and files one after another as one list of rows. The first row is read
// at the start, so that an input without any is known then; each other only when it is
// wanted, for a pipe may be slow.
type Input struct {
	position int64       // of row in the whole input, from 0
	row      devices.Row // the present one
	err      error       // why there is none
	ahead    bool        // the present row was not handed out yet
	name     string      // where row stands

	waiting []File // to come
	sources int    // tokens and files
	reader  *devices.Reader
	file    io.Closer
	part    Shard
	reading sync.Mutex // held by whoever advances: a cancelled run may leave its reader waiting
}

// NewInput reads the first row of tokens and files, of which part is wanted. No row at all is
// [io.EOF]; the other errors are those of the files and of [devices.Reader.Next].
func NewInput(tokens []string, files []File, part Shard) (*Input, error) {
	in := &Input{name: "--token", waiting: files, sources: len(tokens) + len(files), part: part, position: -1, ahead: true}
	in.reader = devices.NewReader(in.name, strings.NewReader(strings.Join(tokens, "\n")))
	in.advance()
	if in.err != nil {
		in.Close()
		return nil, in.err
	}
	return in, nil
}

// LoneTopic is what the device listens to whose TokenUpdate is all of the input: a test
// push, most likely, of which nothing would be left. In a fleet, such a device is a row
// like the others. It is asked before the run begins.
func (in *Input) LoneTopic() string {
	if in.sources > 1 || !in.reader.TokenUpdate() {
		return ""
	}
	return string(in.row.Topic)
}

// next moves to the next row of the part; the error is io.EOF after the last.
func (in *Input) next() error {
	for {
		if !in.ahead {
			in.advance()
		}
		in.ahead = false
		if in.err != nil || in.part.has(in.position) {
			return in.err
		}
	}
}

// advance reads a row, from the next file when one has ended.
func (in *Input) advance() {
	for {
		in.err = in.reader.Next(&in.row)
		if in.err == nil {
			in.position++
			return
		}
		if !errors.Is(in.err, io.EOF) {
			return
		}
		in.closeFile()
		if len(in.waiting) == 0 {
			return
		}
		if in.err = in.openNext(); in.err != nil {
			return
		}
	}
}

func (in *Input) openNext() error {
	next := in.waiting[0]
	in.waiting = in.waiting[1:]
	file, err := next.Open()
	if err != nil {
		return err
	}
	in.name, in.file, in.reader = next.Name, file, devices.NewReader(next.Name, file)
	return nil
}

// Close closes the file that is open, unless somebody still waits for its next line: then
// it ends with the process.
func (in *Input) Close() {
	if in.reading.TryLock() {
		defer in.reading.Unlock()
		in.closeFile()
	}
}

func (in *Input) closeFile() {
	if in.file != nil {
		_ = in.file.Close() // it was only read
		in.file = nil
	}
}

// place says where the present row stands.
func (in *Input) place() string { return in.name + ":" + strconv.FormatInt(in.row.Line, 10) }
