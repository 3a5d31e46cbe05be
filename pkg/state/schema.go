package state

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"
)

// The schema is lifecycle.State itself. What stands here reads it by reflection,
// so that a new field there needs no line here.

// field is one key that a struct may have in the file.
type field struct {
	key       string
	omitEmpty bool
	index     int
}

// fields yields the keys of a struct in the order of the schema.
func fields(t reflect.Type) iter.Seq[field] {
	return func(yield func(field) bool) {
		for i := range t.NumField() {
			key, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			if key == "" || key == "-" {
				continue
			}
			if !yield(field{key, options == "omitempty", i}) {
				return
			}
		}
	}
}

// entry is one key of a mapping with its typed value.
type entry struct {
	key   string
	value reflect.Value
}

// entries lists what a struct or a map holds: a struct in the order of the schema
// without its empty optional fields, a map in the order of its keys.
func entries(v reflect.Value) []entry {
	v = reflect.Indirect(v)
	var list []entry
	switch v.Kind() {
	case reflect.Struct:
		for f := range fields(v.Type()) {
			if value := v.Field(f.index); !f.omitEmpty || !value.IsZero() {
				list = append(list, entry{f.key, value})
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			list = append(list, entry{it.Key().String(), it.Value()})
		}
		slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	}
	return list
}

// index makes entries findable by key.
func index(list []entry) map[string]reflect.Value {
	m := make(map[string]reflect.Value, len(list))
	for _, e := range list {
		m[e.key] = e.value
	}
	return m
}

// keysOf lists the keys of entries.
func keysOf(list []entry) []string {
	keys := make([]string, len(list))
	for i, e := range list {
		keys[i] = e.key
	}
	return keys
}

// isMapping tells whether a value is written as a YAML mapping.
func isMapping(v reflect.Value) bool {
	v = reflect.Indirect(v)
	return v.Kind() == reflect.Map || v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]()
}

// clone copies a value so that nothing is shared, and makes it canonical: times in
// UTC without a monotonic part, empty slices and maps nil. Canonical values can be
// compared with [reflect.DeepEqual].
func clone(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(clone(v.Elem()))
		}
	case reflect.Struct:
		if t, ok := reflect.TypeAssert[time.Time](v); ok {
			out.Set(reflect.ValueOf(t.Round(0).UTC()))
			break
		}
		for i := range v.NumField() {
			out.Field(i).Set(clone(v.Field(i)))
		}
	case reflect.Slice:
		if v.Len() > 0 {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(clone(v.Index(i)))
			}
		}
	case reflect.Map:
		if v.Len() > 0 {
			out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for it := v.MapRange(); it.Next(); {
				out.SetMapIndex(it.Key(), clone(it.Value()))
			}
		}
	default:
		out.Set(v)
	}
	return out
}
