package state

import (
	"errors"
	"reflect"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
	"go.yaml.in/yaml/v3"
)

// maxSize bounds what is read, and with it what is written: some ten thousand profiles.
// maxText bounds each text in it.
const (
	maxSize = 64 << 20
	maxText = 1 << 20
)

// preamble begins a fresh file.
const preamble = `# This file is apnsctl's: everything it knows about your MDM push certificates.
# Private keys in it are sealed (age, https://age-encryption.org). It may be copied,
# and edited by hand with care: comments and order stay when apnsctl writes it.

`

// document is a file that was read: its text and its value.
type document struct {
	text  []byte
	state *lifecycle.State
	// root is the tree of the present schema where the text is of an older one.
	root *yaml.Node
}

// Decode reads the content of a state file. It is strict: what it does not know, it
// refuses with line and key and never drops. Errors are problems of the codes
// [problem.StateDamaged] (params line, key) and [problem.StateNewer] (params version,
// supported).
func Decode(data []byte) (*lifecycle.State, error) {
	doc, err := parse(data, steps())
	if err != nil {
		return nil, err
	}
	return doc.state, nil
}

// Encode writes s into old, the file's present content, or makes a fresh file when
// old is empty. What did not change keeps its bytes; comments and the order of keys
// stay. What Encode returns decodes to s: that is checked before it is returned.
func Encode(old []byte, s *lifecycle.State) ([]byte, error) {
	if len(old) == 0 {
		return fresh(canonical(s))
	}
	doc, err := parse(old, steps())
	if err != nil {
		return nil, err
	}
	return doc.encode(s)
}

// parse reads data; steps leads from older schemas to the present one.
func parse(data []byte, steps map[int]step) (*document, error) {
	return parseOnly(data, steps, "")
}

// parseOnly is parse where one profile is asked for, if only is its name.
func parseOnly(data []byte, steps map[int]step, only string) (*document, error) {
	if len(data) > maxSize {
		return nil, problem.Say(problem.StateDamaged, "too-large", problem.Params{"limit": strconv.Itoa(maxSize)})
	}
	if s, ok := readByEntries(data, only); ok {
		return &document{text: data, state: s}, nil
	}
	root, err := yamledit.Tree(data)
	if err != nil {
		return nil, err
	}
	doc := &document{text: data, state: &lifecycle.State{}}
	if migrated, err := migrate(root, steps); err != nil {
		return nil, err
	} else if migrated {
		doc.root = root
	}
	return doc, newReader().read(root, reflect.ValueOf(doc.state).Elem())
}

// encode is the document's text with the value s.
func (d *document) encode(s *lifecycle.State) ([]byte, error) {
	is := canonical(s)
	if reflect.DeepEqual(d.state, is) {
		return d.text, nil
	}
	was, now := reflect.ValueOf(d.state).Elem(), reflect.ValueOf(is).Elem()
	root := d.root
	if root == nil {
		if text, err := edit(d.text, was, now); err == nil && readsBack(text, is) == nil {
			return text, nil
		}
		var err error
		if root, err = yamledit.Tree(d.text); err != nil {
			return nil, err
		}
	}
	return proven(yamledit.Merge(root, nodeOf(now)), "", is)
}

// fresh is the text of a new file.
func fresh(s *lifecycle.State) ([]byte, error) {
	return proven(nodeOf(reflect.ValueOf(s)), preamble, s)
}

// proven is the text of a whole tree, after head.
func proven(root *yaml.Node, head string, want *lifecycle.State) ([]byte, error) {
	body, err := yamledit.Render(root)
	if err != nil {
		return nil, unwritable(err)
	}
	text := append([]byte(head), body...)
	if err := readsBack(text, want); err != nil {
		return nil, err
	}
	return text, nil
}

// readsBack makes sure that nothing is written which cannot be read, or reads as
// something else.
func readsBack(text []byte, want *lifecycle.State) error {
	doc, err := parse(text, nil)
	if err != nil {
		return unfit(err)
	}
	if !reflect.DeepEqual(doc.state, want) {
		return unwritable(errors.New("it would read back as something else"))
	}
	return nil
}

// unfit is a state that would not be read again. Where that is for a person's own words, they
// are named; everything else is a fault of the program.
func unfit(err error) error {
	switch p := problem.Of(err); p.Key() {
	case "state-damaged.bad-name", "state-damaged.key-type", "state-damaged.too-long", "state-damaged.wrong-type":
		return problem.Say(problem.Usage, "unfit", problem.Params{"key": p.Params["key"]}).Because(err)
	case "state-damaged.too-large":
		return problem.Say(problem.Usage, "unfit-size", problem.Params{"limit": strconv.Itoa(maxSize >> 20)}).Because(err)
	}
	return unwritable(err)
}

// unwritable is a value that YAML cannot hold: a fault of the program, not the file.
func unwritable(err error) error {
	return problem.New(problem.Internal, problem.Params{"detail": "this state cannot be written"}).Because(err)
}

// canonical is a copy of s in the present version that shares nothing with it.
func canonical(s *lifecycle.State) *lifecycle.State {
	c := clone(reflect.ValueOf(s)).Interface().(*lifecycle.State)
	c.Version = lifecycle.Version
	return c
}
