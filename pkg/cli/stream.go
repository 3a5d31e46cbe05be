package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// JSONStream writes a document whose result holds one long list, an element at a time:
// ten thousand files or a million devices need not fit into memory. Whether all went
// well stands at its end, so it is one document even when it is cut short.
type JSONStream struct {
	to     io.Writer
	out    *bufio.Writer
	list   string
	begun  bool
	length int // of all that was written, in bytes
}

// held is how much is held back at most, see [jsonStream.discard].
const held = 64 << 10

// Stream returns a stream whose list has that name. Nothing is written before the first
// element, so a command that finds nothing can still answer otherwise.
func (e *Env) Stream(list string) *JSONStream {
	to := e.ResultOut()
	e.streaming = &JSONStream{to: to, out: bufio.NewWriterSize(to, held), list: list}
	return e.streaming
}

// Element writes one element, which is JSON already.
func (s *JSONStream) Element(text string) error {
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
func (s *JSONStream) Discard() {
	if s.out.Buffered() == s.length {
		s.out.Reset(s.to)
		s.begun, s.length = false, 0
	}
}

func (s *JSONStream) head() string {
	return `{"schema": "` + Schema + `", "result": {"` + s.list + `": [` + "\n"
}

// End writes the rest of the result, a struct of further fields, and that all went well.
func (s *JSONStream) End(rest any) error {
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

// fail ends the document with the error that cut it short.
func (s *JSONStream) fail(v *ErrorView) error {
	text, err := Compact(v)
	if err != nil {
		return err
	}
	return s.close("\n]}, " + `"ok": false, "error": ` + text + "}")
}

func (s *JSONStream) close(text string) error {
	if _, err := s.out.WriteString(text + "\n"); err != nil {
		return err
	}
	s.begun = false
	return s.out.Flush()
}

// Compact is a value in JSON on one line.
func Compact(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(string(escaped(b.Bytes())), "\n"), err
}
