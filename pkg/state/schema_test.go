package state_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// TestSchemaIsUnderstood fails when lifecycle.State has a field that this package
// cannot read and write.
func TestSchemaIsUnderstood(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var check func(path string, typ reflect.Type)
	check = func(path string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.String, reflect.Bool, reflect.Int:
		case reflect.Pointer, reflect.Slice:
			check(path, typ.Elem())
		case reflect.Map:
			if typ.Key().Kind() != reflect.String || typ.Elem().Kind() == reflect.Struct {
				t.Errorf("%s: %v is not written, or its keys are not resealed", path, typ)
			}
			check(path, typ.Elem())
		case reflect.Struct:
			if typ == reflect.TypeFor[time.Time]() || seen[typ] {
				return
			}
			seen[typ] = true
			for f := range typ.Fields() {
				key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
				if key == "-" && f.Name == "Unread" {
					continue // not of the file
				}
				if !f.IsExported() || key == "" || options != "" && options != "omitempty" {
					t.Errorf("%s.%s: tag %q is not understood", path, f.Name, f.Tag.Get("yaml"))
				}
				check(path+"."+key, f.Type)
			}
		default:
			t.Errorf("%s: a %v is not understood", path, typ)
		}
	}
	check("", reflect.TypeFor[lifecycle.State]())
	if len(seen) < 8 {
		t.Fatalf("only %d types seen", len(seen))
	}
}

// everything is a state in which every field of the schema has a value.
func everything() *lifecycle.State {
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			v.SetString("text")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Int:
			v.SetInt(7)
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem())
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			fill(v.Index(0))
			fill(v.Index(1))
		case reflect.Map:
			v.Set(reflect.MakeMap(v.Type()))
			item := reflect.New(v.Type().Elem()).Elem()
			fill(item)
			v.SetMapIndex(reflect.ValueOf("name").Convert(v.Type().Key()), item)
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[time.Time]() {
				v.Set(reflect.ValueOf(at))
				return
			}
			for _, field := range v.Fields() {
				fill(field)
			}
		}
	}
	s := &lifecycle.State{}
	fill(reflect.ValueOf(s).Elem())
	s.Unread = nil // not of the file
	s.Version = lifecycle.Version
	return s
}

// TestEveryFieldIsKept compares with yaml.v3's own reading of the same tags.
func TestEveryFieldIsKept(t *testing.T) {
	want := everything()
	data, err := state.Encode(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := state.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	var theirs lifecycle.State
	if err := yaml.Unmarshal(data, &theirs); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*lifecycle.State{got, &theirs} {
		if diff := cmp.Diff(want, s); diff != "" {
			t.Error(diff)
		}
	}
}

// TestOldVersions loads every schema that was ever released, opens a key, and writes.
func TestOldVersions(t *testing.T) {
	t.Parallel()
	for version, name := range []string{1: "v1.yaml"} {
		if version == 0 {
			continue
		}
		data := seeds(t)[name]
		s, err := state.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if s.Version != lifecycle.Version || len(s.Profiles) != 5 || len(s.Tokens) != 2 || s.Profiles["ACME"].Remarks == "" || s.Profiles["acme"].Remarks != "" {
			t.Errorf("%s: profiles %v", name, len(s.Profiles))
		}
		o, err := signing.Unlock(s.Sealing, []byte("correct horse battery staple"))
		if err != nil {
			t.Fatal(err)
		}
		err = state.EachKey(s, func(k *lifecycle.Key) error {
			_, err := o.Open(*k)
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := state.Encode(data, s); err != nil || string(text) != string(data) {
			t.Errorf("%s: written back unchanged, it has other bytes (%v)", name, err)
		}
	}
}

// TestEachKey visits a key wherever the schema has one.
func TestEachKey(t *testing.T) {
	st, keys := everything(), 0
	err := state.EachKey(st, func(k *lifecycle.Key) error { *k = key(); keys++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	text, err := state.Encode(nil, st)
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Count(text, []byte(" sealed: ")); keys != want || want < 6 {
		t.Fatalf("%d keys visited, %d in the file", keys, want)
	}
}

// TestMigration runs the mechanism with a schema that never was: version 0, in which
// profiles were called customers.
func TestMigration(t *testing.T) {
	old := []byte("# hand\nversion: 0 # old\ncustomers:\n  a: {email: e} # flow\nsealing: {recipient: x}\n")
	steps := map[int]func(*yaml.Node) error{0: func(root *yaml.Node) error {
		root.Content[2].Value = "profiles"
		return nil
	}}
	s, same, err := state.DecodeWith(old, steps, func(*lifecycle.State) {})
	if err != nil || s.Version != 1 || s.Profiles["a"].Email != "e" {
		t.Fatalf("state %v (%v)", s, err)
	}
	if string(same) != string(old) {
		t.Error("an old file is written though nothing changed")
	}
	_, text, err := state.DecodeWith(old, steps, func(s *lifecycle.State) { s.Sealing.Recipient = "new" })
	if err != nil {
		t.Fatal(err)
	}
	want := "# hand\nversion: 1 # old\nprofiles:\n  a: {email: e} # flow\nsealing: {recipient: new}\n"
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
	_, _, err = state.DecodeWith(old, nil, func(*lifecycle.State) {})
	wantCode(t, err, "state-damaged.version")
}
