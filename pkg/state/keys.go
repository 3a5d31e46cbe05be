package state

import (
	"reflect"
	"strings"
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

// EachSealed visits every sealed value among the settings and the servers of a state, by the key
// under which it is set and by its pointer, until visit fails.
func EachSealed(st *lifecycle.State, visit func(setting string, value *string) error) error {
	sealed := func(key string, value *string) error {
		if !lifecycle.IsSealed(*value) {
			return nil
		}
		return visit(key, value)
	}
	if err := eachText(reflect.ValueOf(&st.Settings).Elem(), "", sealed); err != nil {
		return err
	}
	return eachText(reflect.ValueOf(&st.Servers).Elem(), "servers", sealed)
}

// eachText visits every text below v, wherever the schema has one: a secret that is forgotten when
// keys are sealed anew could never be opened again.
func eachText(v reflect.Value, key string, visit func(string, *string) error) error {
	switch v.Kind() {
	case reflect.String:
		return visit(key, v.Addr().Interface().(*string))
	case reflect.Pointer:
		if !v.IsNil() {
			return eachText(v.Elem(), key, visit)
		}
	case reflect.Struct:
		for field, value := range v.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if err := eachText(value, below(key, name), visit); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := eachText(v.Index(i), elementKey(key, v.Index(i)), visit); err != nil {
				return err
			}
		}
	case reflect.Map:
		return eachMapped(v, key, visit)
	}
	return nil
}

// eachMapped is eachText for a map: what stands there cannot be pointed at, and is put back.
func eachMapped(v reflect.Value, key string, visit func(string, *string) error) error {
	for _, e := range entries(v) {
		value := reflect.New(e.value.Type()).Elem()
		value.Set(e.value)
		if err := eachText(value, below(key, e.key), visit); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(e.key), value)
	}
	return nil
}

// elementKey is the key of an element of a list: that of the list and the element's name, if it has one.
func elementKey(key string, element reflect.Value) string {
	if element.Kind() != reflect.Struct {
		return key
	}
	return below(key, element.FieldByName("Name").String())
}

func below(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
