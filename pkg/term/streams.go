package term

import (
	"bytes"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// Columns is the width that text is laid out for. Wider terminals gain nothing from
// longer lines, and output stays the same in a log.
const Columns = 80

// Streams is everything that a command may read from or write to.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
	// OutTTY and ErrTTY tell whether a person sees the stream.
	OutTTY, ErrTTY bool
	// Color tells whether text on Out may carry colour.
	Color bool
	// Plain tells that questions are lines of text from top to bottom: for screen readers, and terminals
	// whose cursor does not move.
	Plain bool
	// Columns is the width of text, [Columns] as a rule.
	Columns int
	// Folder, with a separator at its end, is left out of what is wrapped: files are named as they lie there.
	Folder string
	// Screen is the width of the terminal that Out is, for what gains from it: tables. Zero is not known.
	Screen int
	// ErrScreen is the width that the terminal which Err is has now, zero if that is not known; nil never is.
	ErrScreen func() int
	// Device opens the terminal for a question. It is nil where nobody can answer.
	Device func() (Device, error)
	// Done ends a question that waits for its answer; nil never does.
	Done <-chan struct{}

	asking sync.Mutex // one question at a time
}

// New wraps a process's standard streams. Questions are possible when a person sits
// at standard input or reads standard error; a cron job or a pipeline has neither,
// even where a terminal device could be opened.
func New(in, out, err *os.File, noColor bool) *Streams {
	tty := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	s := &Streams{In: in, Out: out, Err: err, OutTTY: tty(out), ErrTTY: tty(err), Columns: Columns}
	s.Color = s.OutTTY && !noColor && enableColor(out)
	if columns, _, err := term.GetSize(int(out.Fd())); s.OutTTY && err == nil {
		s.Screen = columns
	}
	s.ErrScreen = func() int {
		columns, _, _ := term.GetSize(int(err.Fd())) // zero with an error
		return columns
	}
	if tty(in) || s.ErrTTY {
		s.Device = openDevice
	}
	return s
}

// Test returns streams over buffers, with nobody at the terminal.
func Test() (s *Streams, out, errs *bytes.Buffer) {
	out, errs = new(bytes.Buffer), new(bytes.Buffer)
	return &Streams{In: new(bytes.Buffer), Out: out, Err: errs, Columns: Columns}, out, errs
}
