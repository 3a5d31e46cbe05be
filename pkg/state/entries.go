package state

import (
	"bytes"
	"iter"
)

// A large file is a list of entries, and its entry "profiles" is one again. Where they begin
// shows in the margins alone.

// cutEntries cuts a text before each line with a key in column col, and ends before a key
// further left. What stands above the first key comes with it.
func cutEntries(text []byte, col int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		from, at, found := 0, 0, false
		for line := range bytes.Lines(text) {
			margin := indent(line[:min(col, len(line))])
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

// firstEntry is the first entry with a key in column 0, and what stands above it.
func firstEntry(text []byte) []byte {
	for entry := range cutEntries(text, 0) {
		return entry
	}
	return text
}

// entryText is one entry of a block mapping: key and value (body), comment lines directly
// above (head), and what stands between them and the entry before (gap).
type entryText struct {
	key             string
	gap, head, body []byte
}

// entriesIn takes a text apart that is one block mapping, with its keys in column col; the tail
// is what follows after the last entry.
func entriesIn(text []byte) (list []entryText, tail []byte, col int, err error) {
	above := 0
	for line := range bytes.Lines(text) {
		if col = indent(line); !blank(line) && line[col] != '#' {
			break
		}
		above += len(line)
	}
	tail = text[:above]
	for piece := range cutEntries(text[above:], col) {
		e := entryText{gap: tail}
		e.body, tail = cutEnd(piece, func(line []byte) bool { return blank(line) || line[indent(line)] == '#' && indent(line) <= col })
		e.gap, e.head = cutEnd(e.gap, func(line []byte) bool { return !blank(line) && indent(line) == col })
		if e.key, err = keyOf(e.body); err != nil {
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

// keyOf is the key of a text with one entry.
func keyOf(text []byte) (string, error) {
	p := &plainParser{rest: text}
	if p.next() {
		if key, _, ok := p.cutKey(); ok {
			return key.Value, nil
		}
	}
	root, err := tree(text)
	if err != nil || len(root.Content) != 2 {
		return "", errNoEntries
	}
	return root.Content[0].Value, nil
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// indent is how many spaces a line begins with.
func indent(line []byte) int {
	n := 0
	for n < len(line) && line[n] == ' ' {
		n++
	}
	return n
}
