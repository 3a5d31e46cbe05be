package state

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"go.yaml.in/yaml/v3"
)

// reader turns YAML nodes into typed values. yaml.v3 could do so itself, but its
// errors are sentences that quote values; ours name line and key, and nothing else
// of a file that holds keys.
type reader struct {
	path   []string
	fields map[reflect.Type]map[string]int // of the structs that were met, by key
}

func newReader() *reader { return &reader{fields: map[reflect.Type]map[string]int{}} }

// damaged is the fault found at n. Path and line say where, never what; of a key that is as long
// as a file, its beginning.
func (r *reader) damaged(variant string, n *yaml.Node) error {
	const most = 100
	key := []rune(strings.Join(r.path, "."))
	if len(key) > most {
		key = append(key[:most-1], '…')
	}
	return problem.Say(problem.StateDamaged, variant, problem.Params{"line": strconv.Itoa(n.Line), "key": string(key)})
}

// read fills v, a zero value, from n. An empty value (null) leaves it zero.
func (r *reader) read(n *yaml.Node, v reflect.Value) error {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return r.damaged("alias", n)
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return r.read(n, v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return r.time(n, v)
		}
		return r.mapping(n, func(key string, value *yaml.Node) error { return r.field(key, value, v) })
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		return r.mapping(n, func(key string, value *yaml.Node) error { return r.item(key, value, v) })
	case reflect.Slice:
		return r.sequence(n, v)
	default:
		return r.scalar(n, v)
	}
}

// mapping calls each for the entries of n, whose keys are plain and stand once.
func (r *reader) mapping(n *yaml.Node, each func(string, *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode || n.ShortTag() != "!!map" {
		return r.damaged("wrong-type", n)
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for pair := range slices.Chunk(n.Content, 2) {
		key := pair[0]
		if key.Kind == yaml.AliasNode || key.Anchor != "" || key.ShortTag() == "!!merge" {
			return r.damaged("alias", key)
		}
		if key.Kind != yaml.ScalarNode || !textual(key) {
			return r.damaged("key-type", key)
		}
		r.path = append(r.path, key.Value)
		if seen[key.Value] {
			return r.damaged("duplicate-key", key)
		}
		seen[key.Value] = true
		if err := each(key.Value, pair[1]); err != nil {
			return err
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil
}

// field reads one key of a struct.
func (r *reader) field(key string, n *yaml.Node, v reflect.Value) error {
	known := r.fields[v.Type()]
	if known == nil {
		known = map[string]int{}
		for f := range fields(v.Type()) {
			known[f.key] = f.index
		}
		r.fields[v.Type()] = known
	}
	if i, ok := known[key]; ok {
		return r.read(n, v.Field(i))
	}
	return r.damaged("unknown-key", n)
}

// item reads one key of a map: a name that a person chose.
func (r *reader) item(key string, n *yaml.Node, v reflect.Value) error {
	if key == "" || strings.ContainsFunc(key, unicode.IsControl) {
		return r.damaged("bad-name", n)
	}
	value := reflect.New(v.Type().Elem()).Elem()
	if err := r.read(n, value); err != nil {
		return err
	}
	if value.Kind() == reflect.Pointer && value.IsNil() {
		return r.damaged("empty-entry", n)
	}
	v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), value)
	return nil
}

func (r *reader) sequence(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.SequenceNode || n.ShortTag() != "!!seq" {
		return r.damaged("wrong-type", n)
	}
	if len(n.Content) == 0 {
		return nil
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		r.path = append(r.path, strconv.Itoa(i))
		if err := r.read(item, v.Index(i)); err != nil {
			return err
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil
}

// scalar reads text, numbers and truth values. A text field takes whatever was
// written (a remark of 2027 is "2027"); the others take their own kind only.
func (r *reader) scalar(n *yaml.Node, v reflect.Value) error {
	if n.Kind != yaml.ScalarNode {
		return r.damaged("wrong-type", n)
	}
	if v.Kind() == reflect.String {
		if !textual(n) {
			return r.damaged("wrong-type", n)
		}
		if len(n.Value) > maxText {
			return r.damaged("too-long", n)
		}
		v.SetString(n.Value)
		return nil
	}
	want := "!!int"
	if v.Kind() == reflect.Bool {
		want = "!!bool"
	}
	if n.ShortTag() != want || n.Decode(v.Addr().Interface()) != nil {
		return r.damaged("wrong-type", n)
	}
	return nil
}

// time reads RFC 3339 and nothing else.
func (r *reader) time(n *yaml.Node, v reflect.Value) error {
	t, err := time.Parse(time.RFC3339Nano, n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		return r.damaged("wrong-type", n)
	}
	v.Set(reflect.ValueOf(t.UTC()))
	return nil
}

// textual tells whether a scalar may stand for text.
func textual(n *yaml.Node) bool {
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge":
		return true
	}
	return false
}
