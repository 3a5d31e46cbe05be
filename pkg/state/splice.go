package state

import (
	"bytes"
	"errors"
	"reflect"

	"go.yaml.in/yaml/v3"
)

var errNoSplice = errors.New("not a block mapping")

// splicer rewrites a YAML text by touching only the lines of what changed:
// an unchanged entry keeps its bytes, a changed mapping is patched entry by entry,
// anything else that changed is written anew with its comments.
type splicer struct {
	old lines
	out bytes.Buffer
}

// splice is text, whose tree is root and whose value is was, with the value is.
// It may fail or err on YAML of unusual layout: the caller reads the result back.
func splice(text []byte, root *yaml.Node, was, is reflect.Value) ([]byte, error) {
	s := &splicer{old: cut(text)}
	if s.old == nil || root.Style&yaml.FlowStyle != 0 {
		return nil, errNoSplice
	}
	s.out.Grow(len(text) + 16<<10)
	if err := s.mapping(root, 0, len(s.old), was, is); err != nil {
		return nil, err
	}
	return s.out.Bytes(), nil
}

// mapping writes the lines [from,to), which hold block mapping m.
func (s *splicer) mapping(m *yaml.Node, from, to int, was, is reflect.Value) error {
	had, has := index(entries(was)), index(entries(is))
	fresh := added(m, entries(is))
	for i, at := range s.old.spans(m, from, to) {
		if i == 0 { // above the first entry stands what leads to it
			s.copy(from, at.head)
			from = at.head
		}
		if err := s.insert(fresh[at.key.Value], m, has); err != nil {
			return err
		}
		s.copy(from, at.head)
		if err := s.entry(m, at, had[at.key.Value], has[at.key.Value]); err != nil {
			return err
		}
		from = at.end
	}
	if err := s.insert(fresh[""], m, has); err != nil {
		return err
	}
	s.copy(from, to)
	return nil
}

// added lists the new keys of m by the old key that they come before; those for the
// end stand under the empty key, which no mapping has.
func added(m *yaml.Node, has []entry) map[string][]string {
	old := pairs(m)
	before, waiting := map[string][]string{}, []string(nil)
	for _, key := range weave(names(m), keysOf(has)) {
		if _, ok := old[key]; !ok {
			waiting = append(waiting, key)
			continue
		}
		before[key], waiting = waiting, nil
	}
	before[""] = waiting
	return before
}

func (s *splicer) insert(keys []string, m *yaml.Node, has map[string]reflect.Value) error {
	for _, key := range keys {
		if err := s.write(m, key, has[key], nil); err != nil {
			return err
		}
	}
	return nil
}

// entry writes one old entry of m with its new value; without one it goes, and the
// comment directly above it too.
func (s *splicer) entry(m *yaml.Node, at span, was, is reflect.Value) error {
	switch {
	case !is.IsValid() && was.IsValid():
		return nil
	case !is.IsValid(), was.IsValid() && reflect.DeepEqual(was.Interface(), is.Interface()):
		s.copy(at.head, at.end)
		return nil
	case was.IsValid() && at.block() && isMapping(is):
		s.copy(at.head, at.start)
		return s.mapping(at.value, at.start, at.end, was, is)
	}
	s.copy(at.head, at.start)
	return s.write(m, at.key.Value, is, bytes.Join(s.old[at.start:at.end], nil))
}

// write renders one entry of m, merged with its old lines if there are any.
func (s *splicer) write(m *yaml.Node, key string, v reflect.Value, old []byte) error {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{textNode(key), nodeOf(v)}}
	if old != nil {
		var doc yaml.Node
		if err := yaml.Unmarshal(old, &doc); err != nil {
			return err
		}
		n = merge(doc.Content[0], n)
	}
	text, err := render(n)
	if err != nil {
		return err
	}
	s.endLine()
	margin := bytes.Repeat([]byte(" "), m.Column-1)
	for line := range bytes.Lines(text) {
		if !blank(line) {
			s.out.Write(margin)
		}
		s.out.Write(line)
	}
	return nil
}

// copy keeps the lines [from,to).
func (s *splicer) copy(from, to int) {
	if from < to {
		s.endLine()
	}
	for _, line := range s.old[from:to] {
		s.out.Write(line)
	}
}

// endLine ends the last line, which in a file may lack its line feed.
func (s *splicer) endLine() {
	if b := s.out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		s.out.WriteByte('\n')
	}
}
