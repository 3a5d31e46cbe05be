package state

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
)

// marks are pieces of text by which an entry is found that has to be compared with another.
type marks struct {
	text   [][]byte // as they stand
	base64 [][]byte // within the lines of a PEM block
}

// marksOf tells by what to find the entries that have to be decoded to answer for one profile:
// its own, and those in which one of its topics or keys may stand.
func marksOf(name string, entries [][]byte) (m marks, ok bool) {
	for _, entry := range entries {
		if key, err := yamledit.Key(entry); err != nil || key != name {
			continue
		}
		var own map[string]*lifecycle.Profile
		if _, ok := newEntryReader().read(entry, reflect.ValueOf(&own).Elem()); !ok {
			return m, false
		}
		topics, keys, err := own[name].Marks(name)
		m.text = [][]byte{[]byte(`\`)} // what is escaped may be anything
		for _, topic := range topics {
			m.base64 = append(m.base64, withinBase64(topic)...)
		}
		for _, mark := range append(topics, keys...) {
			m.text = append(m.text, ending(mark))
		}
		return m, err == nil
	}
	return m, false
}

// in tells whether a mark stands in an entry. What it finds too much is decoded in vain. Sealed
// keys are passed over, and the lines of other blocks joined, in a buffer.
func (m marks) in(entry []byte, buffer *[]byte) bool {
	for len(entry) > 0 {
		text, block, _ := bytes.Cut(entry, []byte("-----BEGIN "))
		if containsAny(text, m.text) {
			return true
		}
		label, block, _ := bytes.Cut(block, []byte("-----"))
		end := bytes.Index(block, []byte("-----"))
		if end < 0 {
			end = len(block)
		}
		block, entry = block[:end], block[end:]
		if bytes.HasPrefix(label, []byte("AGE ")) {
			continue
		}
		*buffer = (*buffer)[:0]
		for len(block) > 0 {
			var line []byte
			line, block = yamledit.CutLine(block)
			*buffer = append(*buffer, line[yamledit.Indent(line):]...)
		}
		if containsAny(*buffer, m.base64) {
			return true
		}
	}
	return false
}

func containsAny(text []byte, marks [][]byte) bool {
	return slices.ContainsFunc(marks, func(mark []byte) bool { return bytes.Contains(text, mark) })
}

// ending is the end of a text, of a length that is found fast.
func ending(text string) []byte { return []byte(text[max(0, len(text)-40):]) }

// withinBase64 is how a text reads within base64 (RFC 4648, section 4) at each of the three
// places where it can begin.
func withinBase64(text string) (all [][]byte) {
	for before := range 3 {
		code := base64.StdEncoding.EncodeToString(append(make([]byte, before), text...))
		all = append(all, ending(code[:(before+len(text))/3*4])) // what follows mixes with what comes next
	}
	return all
}
