package yamledit

import (
	"bytes"
	"errors"
	"iter"
	"slices"

	"go.yaml.in/yaml/v3"
)

var errNoEntries = errors.New("not entries on lines of their own")

// A large file is a list of entries, and its entry "profiles" is one again. Where they begin
// shows in the margins alone.

// Entries cuts a text before each line with a key in column col, and ends before a key
// further left. What stands above the first key comes with it.
func Entries(text []byte, col int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		from, at, found := 0, 0, false
		for line := range bytes.Lines(text) {
			margin := Indent(line[:min(col, len(line))])
			if margin < len(line) && bytes.IndexByte([]byte(" #\r\n"), line[margin]) < 0 {
				if found && !yield(text[from:at]) || margin < col {
					return
				}
				if found {
					from = at
				}
				found = true
			}
			at += len(line)
		}
		if found {
			yield(text[from:])
		}
	}
}

// First is the first entry with a key in column 0, and what stands above it.
func First(text []byte) []byte {
	for entry := range Entries(text, 0) {
		return entry
	}
	return text
}

// Entry is one entry of a block mapping: key and value (Body), comment lines directly
// above (Head), and what stands between them and the entry before (Gap).
type Entry struct {
	Key             string
	Gap, Head, Body []byte
}

// Split takes a text apart that is one block mapping, with its keys in column col; the tail
// is what follows after the last entry.
func Split(text []byte) (list []Entry, tail []byte, col int, err error) {
	above := 0
	for line := range bytes.Lines(text) {
		if col = Indent(line); !Blank(line) && line[col] != '#' {
			break
		}
		above += len(line)
	}
	tail = text[:above]
	for piece := range Entries(text[above:], col) {
		e := Entry{Gap: tail}
		e.Body, tail = cutEnd(piece, func(line []byte) bool { return Blank(line) || line[Indent(line)] == '#' && Indent(line) <= col })
		e.Gap, e.Head = cutEnd(e.Gap, func(line []byte) bool { return !Blank(line) && Indent(line) == col })
		if e.Key, err = Key(e.Body); err != nil {
			return nil, nil, 0, err
		}
		list = append(list, e)
	}
	if len(list) == 0 {
		return nil, nil, 0, errNoEntries
	}
	return list, tail, col, nil
}

// cutEnd cuts the last lines off a text that are of a kind.
func cutEnd(text []byte, kind func(line []byte) bool) (front, end []byte) {
	at := len(text)
	for at > 0 {
		start := bytes.LastIndexByte(text[:at-1], '\n') + 1
		if !kind(text[start:at]) {
			break
		}
		at = start
	}
	return text[:at], text[at:]
}

// Key is the key of a text with one entry.
func Key(text []byte) (string, error) {
	p := &Parser{rest: text}
	if p.next() {
		if key, _, ok := p.cutKey(); ok {
			return key.Value, nil
		}
	}
	root, err := Tree(text)
	if err != nil || root.Kind != yaml.MappingNode || len(root.Content) != 2 {
		return "", errNoEntries
	}
	return root.Content[0].Value, nil
}

// Renamed is an entry under another key, with all that stands beside and below the old one.
func (e Entry) Renamed(key string) (Entry, bool) {
	name, err := Render(&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{Text(key), Scalar("!!null", "~")}})
	if err != nil || bytes.Count(name, []byte("\n")) != 1 {
		return e, false
	}
	name = bytes.TrimSuffix(name, []byte(": ~\n"))
	col := Indent(e.Body)
	line, _, _ := bytes.Cut(e.Body, []byte("\n"))
	for i := col; i < len(line); i++ {
		if line[i] != ':' {
			continue
		}
		if was, err := Key(append(bytes.Clone(line[col:i]), ": ~\n"...)); err == nil && was == e.Key {
			e.Key = key
			e.Body = slices.Concat(e.Body[:col], name, e.Body[i:])
			return e, true
		}
	}
	return e, false
}

// Blank tells whether nothing stands on a line.
func Blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// Indent is how many spaces a line begins with.
func Indent(line []byte) int {
	n := 0
	for n < len(line) && line[n] == ' ' {
		n++
	}
	return n
}

// Head is the first line that is neither blank nor a comment: its margin, what stands there,
// and the lines below; false if there is none that this package is sure of.
func Head(text []byte) (col int, line, below []byte, ok bool) {
	p := &Parser{rest: text}
	ok = p.next() && p.col >= 0
	return p.col, p.line, p.rest, ok
}
