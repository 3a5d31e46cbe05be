package msg

import (
	"bytes"
	"strings"
)

// find reads one text out of a file by its key. It goes down by indentation alone, and leaves to
// YAML the few lines where the key ends, of which a file has thousands.
func find(file []byte, key string) (text string, ok bool) {
	block := file
	for {
		name, piece, body := step(block, key)
		if piece == nil || body != nil && key == name {
			return "", false
		}
		if body != nil {
			block, key = body, key[len(name)+1:]
			continue
		}
		each("", tree(key, anchored(file, piece)), func(found, value string) {
			if found == key {
				text, ok = value, true
			}
		})
		return text, ok
	}
}

// step finds the entry of a block that the key leads to: its name, all its lines, and those below
// its first where they are entries, too.
func step(block []byte, key string) (name string, piece, body []byte) {
	indent := -1
	for at := 0; at < len(block); {
		line := firstLine(block[at:])
		bare := bytes.TrimLeft(line, " ")
		blank := len(bare) == 0 || bare[0] == '#'
		if indent < 0 && !blank {
			indent = len(line) - len(bare)
		}
		if !blank && len(line)-len(bare) == indent {
			before, value, _ := bytes.Cut(bare, []byte(":"))
			if before = bytes.Trim(before, `"'`); leadsTo(string(before), key) {
				piece := block[at : at+extent(block[at:], indent)]
				if len(value) == 0 || bytes.HasPrefix(value, []byte(" &")) && bytes.Count(value, []byte(" ")) == 1 {
					body = piece[min(len(line)+1, len(piece)):]
				}
				return string(before), piece, body
			}
		}
		at += len(line) + 1
	}
	return "", nil, nil
}

// leadsTo tells whether a name is the key, or its first part.
func leadsTo(name, key string) bool {
	return strings.HasPrefix(key, name) && (len(key) == len(name) || key[len(name)] == '.')
}

func firstLine(block []byte) []byte {
	line, _, _ := bytes.Cut(block, []byte("\n"))
	return line
}

// extent is how far an entry reaches: up to the next line that is indented as it is, or less.
func extent(block []byte, indent int) int {
	at := len(firstLine(block)) + 1
	for at < len(block) {
		line := firstLine(block[at:])
		if begin := line[:min(indent+1, len(line))]; len(line) > 0 && len(bytes.TrimLeft(begin, " ")) > 0 {
			return at
		}
		at += len(line) + 1
	}
	return len(block)
}

// anchored puts what stands at an anchor in the place of an entry that refers to it.
func anchored(file, piece []byte) []byte {
	line := firstLine(piece)
	name, anchor, ok := bytes.Cut(line, []byte(": *"))
	if !ok {
		return piece
	}
	for _, end := range []string{" ", "\n"} {
		mark := ": &" + string(anchor) + end
		if at := bytes.Index(file, []byte(mark)); at >= 0 {
			begin := bytes.LastIndexByte(file[:at], '\n') + 1
			indent := len(file[begin:at]) - len(bytes.TrimLeft(file[begin:at], " "))
			value := file[at+len(mark)-1 : begin+extent(file[begin:], indent)]
			return bytes.Join([][]byte{bytes.Repeat([]byte(" "), indent), bytes.TrimLeft(name, " "), []byte(":"), value}, nil)
		}
	}
	return piece
}
