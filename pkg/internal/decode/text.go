package decode

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// Encoding names how a text was written down. The names are those of findings.
type Encoding string

// The encodings that can be told apart. [Plain] is everything else, UTF-8 as a rule.
const (
	Plain   Encoding = ""
	UTF8    Encoding = "UTF-8"
	UTF16LE Encoding = "UTF-16LE"
	UTF16BE Encoding = "UTF-16BE"
)

// The byte order marks (Unicode Standard, 23.8) that Windows editors and PowerShell write.
const (
	markUTF8    = "\xEF\xBB\xBF"
	markUTF16LE = "\xFF\xFE"
	markUTF16BE = "\xFE\xFF"
)

// sample is how many bytes are looked at to tell UTF-16 that has no mark.
const sample = 512

// Text returns data in UTF-8 without a byte order mark, and how it was encoded. UTF-16
// without a mark is recognised by its zero bytes; binary data comes back as it is.
func Text(data []byte) ([]byte, Encoding) {
	found, mark := encodingOf(data[:min(len(data), sample)])
	data = data[mark:]
	if !found.wide() {
		return data, found
	}
	// The decoder puts U+FFFD in place of what is no character, and has no other error.
	text, _ := found.decoder().Bytes(data)
	return text, found
}

// Reader returns in as [Text] would, without holding it in memory. It waits for the first
// four bytes of in, so that a pipe may deliver its lines slowly.
func Reader(in io.Reader) io.Reader {
	const enough = 4
	buffered := bufio.NewReader(in)
	head, _ := buffered.Peek(enough) // whatever is wrong with in, the reader tells
	found, mark := encodingOf(head)
	_, _ = buffered.Discard(mark)
	if !found.wide() {
		return buffered
	}
	return found.decoder().Reader(buffered)
}

// encodingOf tells the encoding by the beginning of a text, and how long its mark is.
func encodingOf(head []byte) (found Encoding, mark int) {
	switch {
	case bytes.HasPrefix(head, []byte(markUTF8)):
		return UTF8, len(markUTF8)
	case bytes.HasPrefix(head, []byte(markUTF16LE)):
		return UTF16LE, len(markUTF16LE)
	case bytes.HasPrefix(head, []byte(markUTF16BE)):
		return UTF16BE, len(markUTF16BE)
	}
	return unmarked(head), 0
}

// unmarked tells UTF-16 without a mark: text that is mostly ASCII has a zero byte in nearly
// every pair, always on the same side.
func unmarked(head []byte) Encoding {
	const least = 2 // pairs
	pairs, first, second := len(head)/2, 0, 0
	for i := range pairs {
		if head[2*i] == 0 {
			first++
		}
		if head[2*i+1] == 0 {
			second++
		}
	}
	mostly := func(zeros int) bool { return pairs >= least && 4*zeros >= 3*pairs }
	switch {
	case first == 0 && mostly(second):
		return UTF16LE
	case second == 0 && mostly(first):
		return UTF16BE
	}
	return Plain
}

// wide tells whether each character has two bytes or more.
func (e Encoding) wide() bool { return e == UTF16LE || e == UTF16BE }

func (e Encoding) decoder() *encoding.Decoder {
	order := unicode.LittleEndian
	if e == UTF16BE {
		order = unicode.BigEndian
	}
	return unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()
}
