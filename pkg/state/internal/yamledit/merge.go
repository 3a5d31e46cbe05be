package yamledit

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Merge puts new values into what a person wrote: order, comments and quoting stay
// with every key that is still there.
func Merge(old, fresh *yaml.Node) *yaml.Node {
	if old.Kind != fresh.Kind {
		return commented(fresh, old)
	}
	switch old.Kind {
	case yaml.ScalarNode:
		if old.Value == fresh.Value && old.ShortTag() != "!!null" {
			return old
		}
		return commented(fresh, old)
	case yaml.SequenceNode:
		return mergeSequence(old, fresh)
	default:
		return mergeMapping(old, fresh)
	}
}

func mergeMapping(old, fresh *yaml.Node) *yaml.Node {
	had, has := pairs(old), pairs(fresh)
	out := emptied(old)
	for _, key := range MergedOrder(names(old), names(fresh)) {
		was, is := had[key], has[key]
		switch {
		case was.key == nil:
			out.Content = append(out.Content, is.key, is.value)
		case is.key != nil:
			out.Content = append(out.Content, was.key, Merge(was.value, is.value))
		case was.value.ShortTag() == "!!null":
			// Absent and empty mean the same: a key left open stays as it was written.
			out.Content = append(out.Content, was.key, was.value)
		}
	}
	return out
}

// mergeSequence keeps items that are still there. With an unchanged number of items
// a changed one is taken for the old one at its place.
func mergeSequence(old, fresh *yaml.Node) *yaml.Node {
	out, left := emptied(old), slices.Clone(old.Content)
	for i, item := range fresh.Content {
		j := slices.IndexFunc(left, func(was *yaml.Node) bool { return was != nil && same(was, item) })
		switch {
		case j >= 0:
			item, left[j] = left[j], nil
		case len(fresh.Content) == len(old.Content) && left[i] != nil:
			item, left[i] = Merge(left[i], item), nil
		}
		out.Content = append(out.Content, item)
	}
	return out
}

// same tells whether two nodes say the same, whatever their order and style.
func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	if a.Kind != yaml.MappingNode {
		return slices.EqualFunc(a.Content, b.Content, same)
	}
	other := pairs(b)
	for pair := range slices.Chunk(a.Content, 2) {
		p, ok := other[pair[0].Value]
		if !ok || !same(pair[1], p.value) {
			return false
		}
	}
	return true
}

// MergedOrder is the order of the keys of a rewritten mapping: old keys as they stand, each new
// key before the first old one that comes later in the order of fresh.
func MergedOrder(old, fresh []string) []string {
	rank := make(map[string]int, len(fresh))
	for i, key := range fresh {
		rank[key] = i
	}
	known := make(map[string]bool, len(old))
	for _, key := range old {
		known[key] = true
	}
	out, next := make([]string, 0, len(old)+len(fresh)), 0
	upTo := func(end int) {
		for ; next < end; next++ {
			if !known[fresh[next]] {
				out = append(out, fresh[next])
			}
		}
	}
	for _, key := range old {
		if r, ok := rank[key]; ok {
			upTo(r)
		}
		out = append(out, key)
	}
	upTo(len(fresh))
	return out
}

// pair is one entry of a mapping node.
type pair struct{ key, value *yaml.Node }

func pairs(n *yaml.Node) map[string]pair {
	m := make(map[string]pair, len(n.Content)/2)
	for p := range slices.Chunk(n.Content, 2) {
		m[p[0].Value] = pair{p[0], p[1]}
	}
	return m
}

func names(n *yaml.Node) []string {
	var list []string
	for p := range slices.Chunk(n.Content, 2) {
		list = append(list, p[0].Value)
	}
	return list
}

// emptied is a collection without its content. What was written as {} or [] grows as a block.
func emptied(n *yaml.Node) *yaml.Node {
	out := *n
	if len(n.Content) == 0 {
		out.Style &^= yaml.FlowStyle
	}
	out.Content = nil
	return &out
}

// commented gives a new value the comments of the old one.
func commented(fresh, old *yaml.Node) *yaml.Node {
	fresh.HeadComment, fresh.LineComment, fresh.FootComment = old.HeadComment, old.LineComment, old.FootComment
	return fresh
}
