package yamledit

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Parser makes the tree of a text in the layout that apnsctl itself writes, some thirty
// times as fast as yaml.v3: block mappings and lists, values on one line, literal blocks.
// Whatever it is not sure of it leaves to yaml.v3, so that it never says what is wrong: its
// functions tell whether they understood. A tree is good until the next one is made.
type Parser struct {
	rest  []byte // the lines after the present one
	line  []byte // the present line without its margin and its end
	col   int    // that margin; -1 after the last line
	text  []byte // of the literal block that is being read
	nodes []*yaml.Node
	used  int
	keys  map[string]string // each in memory once
}

// NewParser makes a parser for many texts with the same keys.
func NewParser() *Parser { return &Parser{keys: map[string]string{}} }

// Tree is the tree of a text that is one block mapping; false if this parser is not sure of it.
func (p *Parser) Tree(text []byte) (*yaml.Node, bool) {
	p.rest, p.used = text, 0
	if !p.next() {
		return nil, false
	}
	root, ok := p.mapping(p.col)
	return root, ok && p.col < 0
}

// node is a node that was used for an earlier tree, if there is one.
func (p *Parser) node(kind yaml.Kind, tag, value string) *yaml.Node {
	if p.used == len(p.nodes) {
		p.nodes = append(p.nodes, &yaml.Node{})
	}
	n := p.nodes[p.used]
	*n = yaml.Node{Kind: kind, Tag: tag, Value: value, Content: n.Content[:0]}
	p.used++
	return n
}

// next goes on to the next line that is neither blank nor a comment.
func (p *Parser) next() bool {
	for len(p.rest) > 0 {
		var line []byte
		line, p.rest = CutLine(p.rest)
		p.col = Indent(line)
		if p.line = line[p.col:]; !printable(p.line) {
			return false
		}
		if len(p.line) > 0 && p.line[0] != '#' {
			return true
		}
	}
	p.col = -1
	return true
}

// mapping reads the entries at column col. What follows further right is nobody's, and left over.
func (p *Parser) mapping(col int) (*yaml.Node, bool) {
	n := p.node(yaml.MappingNode, "!!map", "")
	for p.col == col {
		key, value, ok := p.cutKey()
		if !ok {
			return nil, false
		}
		child, ok := p.value(value)
		if !ok {
			return nil, false
		}
		n.Content = append(n.Content, key, child)
	}
	return n, true
}

// cutKey cuts the present line into a key and what follows.
func (p *Parser) cutKey() (key *yaml.Node, value []byte, ok bool) {
	end := bytes.IndexByte(p.line, ':')
	if end <= 0 || end+2 == len(p.line) || end+1 < len(p.line) && p.line[end+1] != ' ' {
		return nil, nil, false
	}
	if end+1 < len(p.line) {
		value = uncommented(p.line[end+2:])
	}
	if name, known := p.keys[string(p.line[:end])]; known {
		return p.node(yaml.ScalarNode, "!!str", name), value, true
	}
	if key, ok = p.scalar(p.line[:end]); ok && p.keys != nil && len(p.keys) < 100 {
		p.keys[key.Value] = key.Value
	}
	return key, value, ok
}

// value reads what stands after a key of the present line, or on the lines below.
func (p *Parser) value(first []byte) (*yaml.Node, bool) {
	col := p.col
	switch {
	case string(first) == "|" || string(first) == "|-":
		return p.literal(col, first)
	case len(first) > 0:
		n, ok := p.scalar(first)
		return n, ok && p.next()
	case !p.next() || p.col <= col:
		return nil, false
	case bytes.HasPrefix(p.line, []byte("- ")):
		return p.list(p.col)
	}
	return p.mapping(p.col)
}

// list reads the items at column col: mappings, or texts on one line.
func (p *Parser) list(col int) (*yaml.Node, bool) {
	n := p.node(yaml.SequenceNode, "!!seq", "")
	for p.col == col {
		content, ok := bytes.CutPrefix(p.line, []byte("- "))
		if !ok {
			return nil, false
		}
		var item *yaml.Node
		if item, ok = p.scalar(uncommented(content)); ok {
			ok = p.next()
		} else {
			p.line, p.col = content, col+len("- ")
			item, ok = p.mapping(p.col)
		}
		if !ok {
			return nil, false
		}
		n.Content = append(n.Content, item)
	}
	return n, true
}

// literal reads the lines of a block that belongs to a key at column col. It leaves alone what
// turns on how many spaces count, and on whether the last line has an end.
func (p *Parser) literal(col int, style []byte) (*yaml.Node, bool) {
	margin, blanks, length := Indent(p.rest), 0, 0
	if p.text = p.text[:0]; margin <= col || p.rest[len(p.rest)-1] != '\n' {
		return nil, false
	}
	for len(p.rest) > 0 {
		line, rest, seen := cutLineOf(length, p.rest)
		at := Indent(line)
		if at < margin && at < len(line) {
			break
		}
		if p.rest = rest; len(line) == 0 {
			blanks++
			continue
		}
		if at == len(line) || !seen && !printable(line) {
			return nil, false
		}
		p.text = append(p.text, bytes.Repeat([]byte("\n"), blanks)...)
		p.text = append(append(p.text, line[margin:]...), '\n')
		blanks, length = 0, len(line)
	}
	end := bytes.ReplaceAll(style[1:], []byte("-"), []byte("\n")) // "|-" takes the last one off
	return p.node(yaml.ScalarNode, "!!str", string(bytes.TrimSuffix(p.text, end))), p.next()
}

// cutLineOf is [CutLine] for a line that is probably as long as the one before, as those of PEM and
// armor are. It tells whether it saw on the way that the line is [printable], which no end of a line is.
func cutLineOf(length int, text []byte) (line, rest []byte, seen bool) {
	if length > 0 && length < len(text) && text[length] == '\n' && printable(text[:length]) {
		return text[:length], text[length+1:], true
	}
	line, rest = CutLine(text)
	return line, rest, false
}

// scalar is a value as it stands, or in quotes, if it can be nothing else.
func (p *Parser) scalar(text []byte) (*yaml.Node, bool) {
	if len(text) > 1 && (text[0] == '"' || text[0] == '\'') {
		inner, quote := text[1:len(text)-1], text[:1]
		if text[len(text)-1] != quote[0] || bytes.Contains(inner, quote) || quote[0] == '"' && bytes.Contains(inner, []byte(`\`)) {
			return nil, false
		}
		return p.node(yaml.ScalarNode, "!!str", string(inner)), true
	}
	if !meansItself(text) {
		return nil, false
	}
	n := p.node(yaml.ScalarNode, "!!str", string(text))
	if len(text) < 6 && bytes.IndexByte([]byte("0123456789tTfFnN"), text[0]) >= 0 { // a number, a truth, nothing: yaml.v3 knows
		n.Tag = ""
	}
	return n, true
}

// meansItself tells whether a text is one to YAML, without quotes, up to its last character.
func meansItself(text []byte) bool {
	const first = "0123456789/+ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return len(text) > 0 && (text[0] >= utf8.RuneSelf || strings.IndexByte(first, text[0]) >= 0) &&
		bytes.IndexByte([]byte(" :"), text[len(text)-1]) < 0 && !bytes.Contains(text, []byte(": ")) && !bytes.Contains(text, []byte(" #"))
}

// CutLine is the first line of a text without its end, and what follows.
func CutLine(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte("\n"))
	if last := len(line) - 1; last >= 0 && line[last] == '\r' {
		line = line[:last]
	}
	return line, rest
}

// uncommented is a value without the comment behind it.
func uncommented(value []byte) []byte {
	i := bytes.Index(value, []byte(" #"))
	switch {
	case len(value) > 0 && value[0] == '#':
		return nil
	case i > 0: // one within quotes leaves no quotes, which is for yaml.v3
		return bytes.TrimRight(value[:i], " ")
	}
	return value
}

// printable tells whether a line is made of characters that mean themselves to YAML. Nearly
// all of a large file is PEM and armor, of which eight characters are looked at together.
func printable(line []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(line) >= 8; line = line[8:] {
		w := binary.LittleEndian.Uint64(line)
		// A high bit for each byte that is not ASCII, below the space, or DEL.
		if (w|(w-ones*' ')|(w+ones))&highs != 0 {
			break
		}
	}
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		switch {
		case r < ' ', r >= 0x7f && r < 0xa0, r == '\u2028', r == '\u2029', r == '\ufeff', r >= 0xfffe && r <= 0xffff, r == utf8.RuneError && size == 1:
			return false
		}
		line = line[size:]
	}
	return true
}
