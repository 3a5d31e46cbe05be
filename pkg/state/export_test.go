package state

import (
	"reflect"
	"slices"
	"unicode/utf8"

	"filippo.io/age"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"go.yaml.in/yaml/v3"
)

// What tests outside the package reach into. The shipped program has none of these
// switches.

// SetStep makes step run every step of the store's writes.
func (s *Store) SetStep(step func(point string, do func() error) error) { s.step = step }

// CheapSealing is [NewSealing] with a work factor that costs nothing.
func CheapSealing(passphrase []byte) (lifecycle.Sealing, error) { return newSealing(passphrase, 4) }

// CheapChange is [ChangePassphrase] with such a work factor.
func CheapChange(s lifecycle.Sealing, o *Opener, passphrase []byte) (lifecycle.Sealing, error) {
	return changePassphrase(s, o, passphrase, 4)
}

// MaxWorkFactor is the highest one accepted.
const MaxWorkFactor = maxWorkFactor

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

// EachKey visits every private key of st.
func EachKey(st *lifecycle.State, visit func(*lifecycle.Key) error) error {
	return eachKey(reflect.ValueOf(st), visit)
}

// SealBytes is how anything at all is sealed.
func SealBytes(secret []byte, to ...age.Recipient) (string, error) { return seal(secret, to...) }

// QuickIsTrue tells whether the quick way of reading sees what the plain one does.
func QuickIsTrue(data []byte) (same bool) {
	quick, quickErr := tree(data)
	slow, slowErr := only(data)
	if quickErr != nil || slowErr != nil {
		return (quickErr == nil) == (slowErr == nil) || !utf8.Valid(data)
	}
	return identical(quick, slow)
}

func identical(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Style == b.Style && a.Tag == b.Tag && a.Value == b.Value && a.Line == b.Line && a.Column == b.Column &&
		slices.EqualFunc(a.Content, b.Content, identical)
}

// LiftCount tells how many blocks are read the quick way.
func LiftCount(data []byte) int {
	_, blocks := lift(cut(data))
	return len(blocks)
}
