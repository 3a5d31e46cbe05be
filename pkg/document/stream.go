package document

import (
	"bufio"
	"io"
	"strings"
)

// Stream writes a document whose result holds one long list, an element at a time:
// ten thousand files or a million devices need not fit into memory. Whether all went
// well stands at its end, so it is one document even when it is cut short.
type Stream struct {
	to     io.Writer
	out    *bufio.Writer
	list   string
	begun  bool
	length int // of all that was written, in bytes
}

// held is how much is held back at most, see [Stream.Discard].
const held = 64 << 10

// NewStream returns a stream whose list has that name. Nothing is written before the first
// element, so a command that finds nothing can still answer otherwise.
func NewStream(to io.Writer, list string) *Stream {
	return &Stream{to: to, out: bufio.NewWriterSize(to, held), list: list}
}

// Begun tells that there is something of the document already, which has to be ended.
func (s *Stream) Begun() bool { return s.begun }

// Element writes one element, which is JSON already.
func (s *Stream) Element(text string) error {
	before := ",\n"
	if !s.begun {
		s.begun, before = true, s.head()
	}
	n, err := s.out.WriteString(before + text)
	s.length += n
	return err
}

// Discard takes back what was written, for a command that turns out to have got nowhere, as
// long as nobody can have read any of it.
func (s *Stream) Discard() {
	if s.out.Buffered() == s.length {
		s.out.Reset(s.to)
		s.begun, s.length = false, 0
	}
}

func (s *Stream) head() string {
	return `{"schema": "` + Schema + `", "result": {"` + s.list + `": [` + "\n"
}

// End writes the rest of the result, a struct of further fields, and that all went well.
func (s *Stream) End(rest any) error {
	text, err := Compact(rest)
	if err != nil {
		return err
	}
	fields := strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
	if fields != "" {
		fields = ", " + fields
	}
	start := ""
	if !s.begun {
		start = s.head()
	}
	return s.close(start + "\n]" + fields + `}, "ok": true}`)
}

// Fail ends the document with the error that cut it short.
func (s *Stream) Fail(v *ErrorView) error {
	text, err := Compact(v)
	if err != nil {
		return err
	}
	return s.close("\n]}, " + `"ok": false, "error": ` + text + "}")
}

func (s *Stream) close(text string) error {
	if _, err := s.out.WriteString(text + "\n"); err != nil {
		return err
	}
	s.begun = false
	return s.out.Flush()
}
