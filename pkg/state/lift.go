package state

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// Nearly all of a large file is PEM and armor, which yaml.v3 reads character by
// character. So such blocks are lifted out before it parses, and put back into its
// tree. The text in between has the same lines, so that positions stay true.

// lifted holds the blocks that were taken out, by the line of their | (from 1).
type lifted map[int]string

// lift cuts each literal block that begins as PEM or armor down to its first line.
func lift(all lines) (text []byte, out lifted) {
	out = lifted{}
	for i := 0; i < len(all); i++ {
		text = append(text, all[i]...)
		end := blockEnd(all, i)
		if end == 0 {
			continue
		}
		first := all[i+1]
		margin := indent(first)
		block := make([]byte, 0, (end-i-1)*len(first))
		for _, line := range all[i+1 : end] {
			block = append(block, line[margin:]...)
		}
		out[i+1] = string(block)
		text = append(text, first...)
		text = append(text, bytes.Repeat([]byte("\n"), end-i-2)...)
		i = end - 1
	}
	return text, out
}

// blockEnd is the line after the block that line i opens, or 0 if it opens none
// whose value is beyond doubt: printable ASCII, one margin, no blank line in or after.
func blockEnd(all lines, i int) int {
	if !bytes.HasSuffix(all[i], []byte(": |\n")) || i+1 == len(all) {
		return 0
	}
	margin := indent(all[i+1])
	if margin <= indent(all[i]) || !bytes.HasPrefix(all[i+1][margin:], []byte("-----BEGIN ")) {
		return 0
	}
	end := i + 1
	for end < len(all) && indent(all[end]) == margin && plainLine(all[end][margin:]) {
		end++
	}
	if end < len(all) && (blank(all[end]) || indent(all[end]) >= margin) {
		return 0
	}
	return end
}

// plainLine goes byte by byte: it sees nearly all of a large file.
func plainLine(line []byte) bool {
	for i, c := range line {
		if c == '\n' {
			return i > 0
		}
		if c < ' ' || c > '~' {
			return false
		}
	}
	return false
}

// restore puts the blocks back below n and counts them. What looked like a block but
// stood in quotes or in another block finds no node of its own: then the count differs.
func (l lifted) restore(n *yaml.Node) (count int) {
	if n.Kind == yaml.ScalarNode && n.Style == yaml.LiteralStyle {
		if block, ok := l[n.Line]; ok {
			n.Value = block
			count++
		}
	}
	for _, child := range n.Content {
		count += l.restore(child)
	}
	return count
}
