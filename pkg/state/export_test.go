package state

import (
	"os"
	"reflect"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
	"go.yaml.in/yaml/v3"
)

// What tests outside the package reach into. The shipped program has none of these
// switches.

// SyncFolder makes the names in a folder last.
func SyncFolder(folder *os.File) error { return syncFolder(folder) }

// TooLarge is what writing more than is read comes to.
func TooLarge() error { return readsBack(make([]byte, maxSize+1), nil) }

// DecodeWith decodes with steps for schemas that never were, and writes change back.
func DecodeWith(data []byte, steps map[int]func(*yaml.Node) error, change func(*lifecycle.State)) (*lifecycle.State, []byte, error) {
	table := map[int]step{}
	for from, s := range steps {
		table[from] = s
	}
	doc, err := parse(data, table)
	if err != nil {
		return nil, nil, err
	}
	next := canonical(doc.state)
	change(next)
	text, err := doc.encode(next)
	return doc.state, text, err
}

// Canonical is s as it reads back from a file.
func Canonical(s *lifecycle.State) *lifecycle.State { return canonical(s) }

// ReadsAlike tells whether a file was read entry by entry, and whether yaml.v3 reads the same
// in it as a whole.
func ReadsAlike(data []byte) (quick, same bool) {
	s, quick := readByEntries(data, "")
	if !quick {
		return false, true
	}
	want := &lifecycle.State{}
	root, err := yamledit.Tree(data)
	return true, err == nil && newReader().read(root, reflect.ValueOf(want).Elem()) == nil && reflect.DeepEqual(s, want)
}
