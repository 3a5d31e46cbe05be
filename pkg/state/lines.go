package state

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// lines is a text cut after each line feed; line n of a YAML node is lines[n-1].
type lines [][]byte

// cut makes lines, or none when YAML would count them differently.
func cut(text []byte) lines {
	foreign := bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n"))
	for _, separator := range []string{"\u0085", "\u2028", "\u2029"} {
		foreign = foreign || bytes.Contains(text, []byte(separator))
	}
	if foreign || len(text) == 0 {
		return nil
	}
	all := lines(bytes.SplitAfter(text, []byte("\n")))
	if last := len(all) - 1; len(all[last]) == 0 {
		all = all[:last]
	}
	return all
}

func blank(line []byte) bool   { return len(bytes.TrimSpace(line)) == 0 }
func comment(line []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(line), []byte("#")) }
func indent(line []byte) int   { return len(line) - len(bytes.TrimLeft(line, " ")) }

// span is where one entry of a block mapping stands: comment lines directly above
// its key [head,start), key and value [start,end).
type span struct {
	head, start, end int
	key, value       *yaml.Node
}

// spans finds the entries of block mapping m, which lies in the lines [from,to).
func (l lines) spans(m *yaml.Node, from, to int) []span {
	list := make([]span, len(m.Content)/2)
	for i := range list {
		key, value, next := m.Content[2*i], m.Content[2*i+1], to
		if 2*i+2 < len(m.Content) {
			next = m.Content[2*i+2].Line - 1
		}
		s := span{start: key.Line - 1, key: key, value: value}
		s.end = l.bodyEnd(s.start, next, value)
		s.head = s.start
		for s.head > from && comment(l[s.head-1]) && indent(l[s.head-1]) == m.Column-1 {
			s.head--
		}
		from, list[i] = s.end, s
	}
	return list
}

// bodyEnd is the line after the last one that belongs to a value, not to the space
// and comments before the next key. A # within a literal block is no comment.
func (l lines) bodyEnd(start, next int, value *yaml.Node) int {
	leaf := value
	for len(leaf.Content) > 0 {
		leaf = leaf.Content[len(leaf.Content)-1]
	}
	inside := -1
	if leaf.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		for _, line := range l[leaf.Line:next] {
			if !blank(line) {
				inside = indent(line)
				break
			}
		}
	}
	for next > start+1 {
		line := l[next-1]
		if !blank(line) && (!comment(line) || inside >= 0 && indent(line) >= inside) {
			break
		}
		next--
	}
	return next
}

// block tells whether a value is a mapping on lines of its own, which can be
// patched entry by entry.
func (s span) block() bool {
	return s.value.Kind == yaml.MappingNode && s.value.Style&yaml.FlowStyle == 0 && s.value.Line > s.key.Line
}
