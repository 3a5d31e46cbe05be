package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
)

// jsonStream writes a document whose result holds one long list, an element at a time:
// ten thousand files or a million devices need not fit into memory. Whether all went
// well stands at its end, so it is one document even when it is cut short.
type jsonStream struct {
	out   *bufio.Writer
	list  string
	begun bool
}

// stream returns a stream whose list has that name. Nothing is written before the first
// element, so a command that finds nothing can still answer otherwise.
func (e *Env) stream(list string) *jsonStream {
	e.streaming = &jsonStream{out: bufio.NewWriter(e.IO.Out), list: list}
	return e.streaming
}

// element writes one element, which is JSON already.
func (s *jsonStream) element(text string) error {
	before := ",\n"
	if !s.begun {
		s.begun, before = true, s.head()
	}
	_, err := s.out.WriteString(before + text)
	return err
}

func (s *jsonStream) head() string {
	return `{"schema": "` + schema + `", "result": {"` + s.list + `": [` + "\n"
}

// end writes the rest of the result, a struct of further fields, and that all went well.
func (s *jsonStream) end(rest any) error {
	text, err := compact(rest)
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
func (s *jsonStream) fail(v *errorView) error {
	text, err := compact(v)
	if err != nil {
		return err
	}
	return s.close("\n]}, " + `"ok": false, "error": ` + text + "}")
}

func (s *jsonStream) close(text string) error {
	if _, err := s.out.WriteString(text + "\n"); err != nil {
		return err
	}
	s.begun = false
	return s.out.Flush()
}

// compact is a value in JSON on one line.
func compact(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}
