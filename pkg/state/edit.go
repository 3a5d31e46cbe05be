package state

import (
	"bytes"
	"reflect"

	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
	"go.yaml.in/yaml/v3"
)

// editor rewrites a text by touching only the lines of what changed: an unchanged entry keeps
// its bytes, a changed mapping is edited entry by entry, anything else that changed is
// written anew with its comments.
type editor struct{ out bytes.Buffer }

// edit is text, whose value is was, with the value is. It may fail or err where the layout is
// unusual: the caller reads the result back.
func edit(text []byte, was, is reflect.Value) ([]byte, error) {
	e := &editor{}
	e.out.Grow(len(text) + 16<<10)
	if err := e.mapping(text, was, is); err != nil {
		return nil, err
	}
	return e.out.Bytes(), nil
}

// mapping writes a text that is one block mapping.
func (e *editor) mapping(text []byte, was, is reflect.Value) error {
	list, tail, col, err := yamledit.Split(text)
	if err != nil {
		return err
	}
	had, has := index(entries(was)), index(entries(is))
	renamed(list, had, has)
	added := addedBefore(list, entries(is))
	for i, old := range list {
		if i == 0 { // above the first entry stands what leads to it
			e.copy(old.Gap)
			old.Gap = nil
		}
		if err := e.add(added[old.Key], has, col); err != nil {
			return err
		}
		e.copy(old.Gap)
		if err := e.entry(old, had[old.Key], has[old.Key], col); err != nil {
			return err
		}
	}
	if err := e.add(added[""], has, col); err != nil {
		return err
	}
	e.copy(tail)
	return nil
}

// renamed gives the entries their new keys whose values say that they had another before, so that
// what a person wrote beside them stays.
func renamed(list []yamledit.Entry, had, has map[string]reflect.Value) {
	places := make(map[string]int, len(list))
	for i, e := range list {
		places[e.Key] = i
	}
	for key, v := range has {
		if had[key].IsValid() {
			continue
		}
		value, ok := reflect.TypeAssert[interface{ FormerName() string }](v)
		if !ok {
			return
		}
		former := value.FormerName()
		at, here := places[former]
		if !here || has[former].IsValid() {
			continue
		}
		if entry, ok := list[at].Renamed(key); ok {
			list[at], had[key] = entry, had[former]
			delete(had, former)
		}
	}
}

// addedBefore lists the new keys by the old key that they come before; those for the end stand
// under the empty key, which no mapping has.
func addedBefore(list []yamledit.Entry, has []entry) map[string][]string {
	var keys []string
	old := make(map[string]bool, len(list))
	for _, e := range list {
		keys, old[e.Key] = append(keys, e.Key), true
	}
	before, waiting := map[string][]string{}, []string(nil)
	for _, key := range yamledit.MergedOrder(keys, keysOf(has)) {
		if !old[key] {
			waiting = append(waiting, key)
			continue
		}
		before[key], waiting = waiting, nil
	}
	before[""] = waiting
	return before
}

func (e *editor) add(keys []string, has map[string]reflect.Value, col int) error {
	for _, key := range keys {
		if err := e.write(key, has[key], nil, col); err != nil {
			return err
		}
	}
	return nil
}

// entry writes one old entry with its new value; without one it goes, and the comment directly
// above it too.
func (e *editor) entry(old yamledit.Entry, was, is reflect.Value, col int) error {
	switch {
	case !is.IsValid() && was.IsValid():
		return nil
	case !is.IsValid(), was.IsValid() && reflect.DeepEqual(was.Interface(), is.Interface()):
		e.copy(old.Head)
		e.copy(old.Body)
		return nil
	}
	e.copy(old.Head)
	if line, below, _ := bytes.Cut(old.Body, []byte("\n")); was.IsValid() && isMapping(is) && len(entries(is)) > 0 {
		before := e.out.Len()
		e.copy(old.Body[:min(len(line)+1, len(old.Body))])
		if e.mapping(below, was, is) == nil {
			return nil
		}
		e.out.Truncate(before)
	}
	return e.write(old.Key, is, old.Body, col)
}

// write renders one entry, merged with its old lines if there are any.
func (e *editor) write(key string, v reflect.Value, old []byte, col int) error {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{yamledit.Text(key), nodeOf(v)}}
	if old != nil {
		was, err := yamledit.Tree(old)
		if err != nil {
			return err
		}
		n = yamledit.Merge(was, n)
	}
	text, err := yamledit.Render(n)
	if err != nil {
		return err
	}
	margin := bytes.Repeat([]byte(" "), col)
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) > 0 {
			line = append(margin[:col:col], line...)
		}
		e.copy(line)
	}
	return nil
}

// copy writes lines, after the end of the line before, which in a file may lack.
func (e *editor) copy(lines []byte) {
	if b := e.out.Bytes(); len(lines) > 0 && len(b) > 0 && b[len(b)-1] != '\n' {
		e.out.WriteByte('\n')
	}
	e.out.Write(lines)
}
