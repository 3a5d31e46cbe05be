package devices

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Reader reads the rows of one input.
type Reader struct {
	name  string
	in    io.Reader
	lines lines
	tell  *spelling
	read  func(*Row) error
	// topics tells that rows are wanted for their topic: a token is not needed.
	topics bool
	plain  bool // the input is plain lines
	update bool // the input is one TokenUpdate
}

// NewReader returns a reader of in, which may be a file of any form or a pipe. The name
// serves only the problems that it reports.
func NewReader(name string, in io.Reader) *Reader {
	r := &Reader{name: name, in: in, tell: newSpelling()}
	r.read = r.first
	return r
}

// NewTopicReader returns a reader for whoever asks what devices listen to, and sends
// nothing. A row that has an ID or a topic needs no token there and has no fault without
// one, and an enrollment profile, signed or not, is one row.
func NewTopicReader(name string, in io.Reader) *Reader {
	r := NewReader(name, in)
	r.topics = true
	return r
}

// Plain tells, after a row was read, that the input is plain lines. They name neither
// device nor topic, and a file with a checksum looks like one.
func (r *Reader) Plain() bool { return r.plain }

// TokenUpdate tells, after a row was read, that the input is one device's TokenUpdate.
func (r *Reader) TokenUpdate() bool { return r.update }

// Next reads the next row. After the last comes [io.EOF]. A row that cannot be understood
// is no error: it comes back with its [Fault]. The problems are file-unrecognised and
// wrong-role (the input holds no tokens at all), file-damaged (a JSON document that ends
// amid) and input-too-large; any other error is the input's own.
func (r *Reader) Next(row *Row) error {
	*row = Row{Token: row.Token[:0], Magic: row.Magic[:0], Topic: row.Topic[:0], ID: row.ID[:0]}
	return r.read(row)
}

// first looks at the beginning of the input, chooses how to read it, and reads a row.
func (r *Reader) first(row *Row) error {
	r.lines.in = bufio.NewReaderSize(decode.Reader(r.in), maxLine)
	head, err := r.head()
	if len(head) == 0 {
		return err
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("bplist")), isXML(text), r.topics && isWrapped(head):
		r.read = r.plist
	case pushcert.IsPage(text):
		return problem.Say(problem.WrongRole, "tokens", problem.Params{"file": r.name, "role": string(pushcert.RoleHTML)})
	case bytes.HasPrefix(text, []byte("-----BEGIN")), bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.IndexByte(head, 0) >= 0:
		return problem.Say(problem.FileUnrecognised, "tokens", problem.Params{"file": r.name})
	case len(text) > 0 && text[0] == '{' && isPrinted(text):
		r.read = r.text
	case bytes.HasPrefix(text, []byte("{")) && isRecord(text):
		r.read = r.record
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		r.read = newDocument(r).next
	default:
		r.lines.in = ended(r.lines.in, text)
		r.read = r.text
	}
	return r.read(row)
}

// head returns the beginning of the input up to the end of the first line that has
// something in it, as far as one line may go. It waits for no more than that: a pipe may
// deliver its lines slowly.
func (r *Reader) head() ([]byte, error) {
	in := r.lines.in
	for n := 1; ; n = in.Buffered() + 1 {
		_, err := in.Peek(min(n, maxLine))
		head, _ := in.Peek(in.Buffered())
		full := err != nil || len(head) == maxLine
		text := bytes.TrimLeft(head, " \t\r\n")
		if full || bytes.IndexByte(text, '\n') >= 0 {
			return head, err
		}
	}
}

// isXML tells a property list in XML from a token in angle brackets.
func isXML(text []byte) bool {
	for _, start := range []string{"<?xml", "<!DOCTYPE", "<plist", "<!--"} {
		if bytes.HasPrefix(text, []byte(start)) {
			return true
		}
	}
	return false
}

// isWrapped tells a profile within a signed message, in DER or PEM, or in base64: text
// of more than one token's length that begins as base64 of a property list or of DER does.
func isWrapped(head []byte) bool {
	const sequence, longForm = 0x30, 0x80 // X.690, 8.1.3.5
	if len(head) > 1 && head[0] == sequence && head[1] >= longForm || bytes.HasPrefix(head, []byte("-----BEGIN")) {
		return true
	}
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	if len(line) <= base64.StdEncoding.EncodedLen(leastBase64) {
		return false
	}
	for _, start := range []string{"PD94bWwg", "PCFET0NU", "PHBsaXN0", "YnBsaXN0", "MIA", "MII"} {
		if bytes.HasPrefix(line, []byte(start)) {
			return true
		}
	}
	return false
}

// isRecord tells JSON lines from a document that is laid out over many lines, or that is
// one long line with a list in it: the first line is an object by itself, maybe a broken
// one, and holds no list in place of a token.
func isRecord(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	if !bytes.HasSuffix(bytes.TrimSpace(line), []byte{'}'}) {
		return false
	}
	var e entry
	var members map[string]json.RawMessage
	if json.Unmarshal(line, &e) == nil && e.isWhole() || json.Unmarshal(line, &members) != nil {
		return true
	}
	for _, value := range members {
		if value[0] == '[' {
			return false
		}
	}
	return true
}
