package state

import (
	"bytes"
	"reflect"

	"github.com/apnsctl/apnsctl/pkg/internal/sidebyside"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
	"go.yaml.in/yaml/v3"
)

// entryReader reads single entries of a mapping, of any layout.
type entryReader struct {
	plain *yamledit.Parser
	typed *reader
}

func newEntryReader() entryReader {
	return entryReader{yamledit.NewParser(), newReader()}
}

// read fills v from a text with one entry, and tells its key.
func (r entryReader) read(text []byte, v reflect.Value) (key string, ok bool) {
	r.typed.path = r.typed.path[:0] // of an entry with a fault, which would make that of the next ones longer
	root, ok := r.plain.Tree(text)
	if !ok {
		var err error
		if root, err = yamledit.Tree(text); err != nil || root.Style&yaml.FlowStyle != 0 || bytes.HasPrefix(text, []byte("\ufeff")) {
			return "", false
		}
	}
	if len(root.Content) != 2 || r.typed.read(root, v) != nil {
		return "", false
	}
	return root.Content[0].Value, true
}

// readByEntries reads a file entry by entry, the profiles side by side. A file that does not
// keep each entry on lines of its own, and one with a fault, it leaves to be read whole. Where
// only one profile is asked for, of the others are decoded those that are compared with it.
func readByEntries(text []byte, only string) (*lifecycle.State, bool) {
	s, r, seen := &lifecycle.State{}, newEntryReader(), map[string]bool{}
	for len(text) > 0 {
		var key string
		var ok bool
		if _, line, below, found := yamledit.Head(text); found && string(line) == "profiles:" {
			key = "profiles"
			text, ok = readProfiles(below, s, only)
		} else {
			entry := yamledit.First(text)
			key, ok = r.read(entry, reflect.ValueOf(s).Elem())
			text = text[len(entry):]
		}
		if !ok || seen[key] {
			return nil, false
		}
		seen[key] = true
	}
	return s, s.Version == lifecycle.Version
}

// readProfiles reads the entries below the key of that name into s. After them stands the rest.
func readProfiles(text []byte, s *lifecycle.State, only string) (rest []byte, ok bool) {
	col, _, _, ok := yamledit.Head(text)
	if !ok || col == 0 {
		return nil, false
	}
	var entries [][]byte
	for entry := range yamledit.Entries(text, col) {
		entries, text = append(entries, entry), text[len(entry):]
	}
	lists, ok := readSideBySide(entries, only)
	seen := make(map[string]bool, len(lists))
	s.Profiles = map[string]*lifecycle.Profile{}
	for _, list := range lists {
		for name, p := range list {
			if seen[name] = true; p != nil {
				s.Profiles[name] = p
			} else {
				s.Unread = append(s.Unread, name)
			}
		}
	}
	return text, ok && len(seen) == len(lists)
}

// readSideBySide reads entries with a profile each; one that is left unread has nothing but its name.
func readSideBySide(entries [][]byte, only string) (lists []map[string]*lifecycle.Profile, ok bool) {
	var m marks
	if only != "" {
		if m, ok = marksOf(only, entries); !ok {
			return nil, false
		}
	}
	lists = make([]map[string]*lifecycle.Profile, len(entries))
	sidebyside.Each(len(entries), func() func(int) {
		r, buffer := newEntryReader(), []byte(nil)
		return func(i int) {
			if key, err := yamledit.Key(entries[i]); err == nil && only != "" && key != only && !m.in(entries[i], &buffer) {
				lists[i] = map[string]*lifecycle.Profile{key: nil}
			} else if _, ok := r.read(entries[i], reflect.ValueOf(&lists[i]).Elem()); !ok {
				lists[i] = nil
			}
		}
	})
	return lists, true
}
