package state

import (
	"reflect"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// Reseal makes recipients the further recipients of st and seals every private key
// anew to them and to the file's own recipient. Whoever is no longer among them
// cannot open the new file; copies of the old one, they can. On an error st is half
// changed: call it within [Store.Update], which then drops the copy.
func Reseal(st *lifecycle.State, o *Opener, recipients []string) error {
	for _, r := range recipients {
		if err := CheckRecipient(r); err != nil {
			return err
		}
	}
	st.Sealing.Recipients = slices.Clone(recipients)
	sealer, err := NewSealer(st.Sealing)
	if err != nil {
		return err
	}
	return eachKey(reflect.ValueOf(st), func(k *lifecycle.Key) error {
		signer, err := o.Open(*k)
		if err != nil {
			return err
		}
		sealed, err := sealer.Seal(signer, k.CreatedAt)
		k.Sealed = sealed.Sealed
		return err
	})
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
