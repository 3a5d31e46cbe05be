package state

import (
	"reflect"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// EachKey visits every private key of a state, by its pointer, until visit fails.
func EachKey(st *lifecycle.State, visit func(*lifecycle.Key) error) error {
	return eachKey(reflect.ValueOf(st), visit)
}

// eachKey visits every private key below v, wherever the schema has one: forgetting
// a kind of key here would lock its owner out.
func eachKey(v reflect.Value, visit func(*lifecycle.Key) error) error {
	switch {
	case v.Kind() == reflect.Pointer && !v.IsNil():
		return eachKey(v.Elem(), visit)
	case v.Type() == reflect.TypeFor[lifecycle.Key]():
		return visit(v.Addr().Interface().(*lifecycle.Key))
	case v.Type() == reflect.TypeFor[time.Time]():
		return nil
	}
	for _, child := range children(v) {
		if err := eachKey(child, visit); err != nil {
			return err
		}
	}
	return nil
}

// children are the values directly within a struct, a slice or a map.
func children(v reflect.Value) (list []reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			list = append(list, field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, v.Index(i))
		}
	case reflect.Map:
		for _, e := range entries(v) { // in order: of several faults the same one is met each time
			list = append(list, e.value)
		}
	}
	return list
}
