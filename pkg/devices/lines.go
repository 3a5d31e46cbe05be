package devices

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
)

// maxLine bounds a line in bytes; the longest sensible one, a token of 1,024 bytes in
// hexadecimal with a PushMagic and a few columns, stays far below.
const maxLine = 64 << 10

// lines reads one line at a time without keeping any.
type lines struct {
	in     *bufio.Reader
	number int64 // of the line read last, from 1
}

// next returns a line without its end and without the marks of a mail that quotes it; it is
// valid until the next call. A line that is
// too long is skipped whole and reported as such, so that nothing within it passes for a
// row. After the last line comes [io.EOF].
func (l *lines) next() (line []byte, long bool, err error) {
	line, err = l.in.ReadSlice('\n')
	l.number++
	for errors.Is(err, bufio.ErrBufferFull) {
		long = true
		line, err = l.in.ReadSlice('\n')
	}
	switch {
	case errors.Is(err, io.EOF) && (len(line) > 0 || long), err == nil:
	default:
		return nil, false, err
	}
	if long {
		return nil, true, nil
	}
	line = bytes.TrimSuffix(line, []byte{'\n'})
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if len(line) > 0 && line[0] == '>' {
		line = decode.Unquoted(line)
	}
	return line, false, nil
}

// ended is in, which begins with text, with the line ends that we know.
func ended(in *bufio.Reader, text []byte) *bufio.Reader {
	if bytes.IndexByte(text, '\r') < 0 || bytes.IndexByte(text, '\n') >= 0 {
		return in
	}
	return bufio.NewReaderSize(&returns{in}, maxLine)
}

// returns reads text whose lines end in carriage returns alone, as Excel's "CSV (Macintosh)" does.
type returns struct{ in io.Reader }

func (r *returns) Read(p []byte) (n int, err error) {
	n, err = r.in.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// isBlank is what may stand around a token.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func trimBlanks(text []byte) []byte {
	for len(text) > 0 && isBlank(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && isBlank(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}
