package state

import (
	"fmt"
	"reflect"
	"time"

	"github.com/apnsctl/apnsctl/pkg/state/internal/yamledit"
	"go.yaml.in/yaml/v3"
)

// nodeOf is the YAML of a typed value, the opposite of [reader].
func nodeOf(v reflect.Value) *yaml.Node {
	v = reflect.Indirect(v)
	switch {
	case !v.IsValid():
		return yamledit.Scalar("!!null", "null")
	case isMapping(v):
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, e := range entries(v) {
			n.Content = append(n.Content, yamledit.Text(e.key), nodeOf(e.value))
		}
		return n
	case v.Kind() == reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, nodeOf(v.Index(i)))
		}
		return n
	case v.Type() == reflect.TypeFor[time.Time]():
		return yamledit.Scalar("!!timestamp", v.Interface().(time.Time).UTC().Format(time.RFC3339Nano))
	case v.Kind() == reflect.String:
		return yamledit.Text(v.String())
	case v.Kind() == reflect.Bool:
		return yamledit.Scalar("!!bool", fmt.Sprint(v.Bool()))
	default:
		return yamledit.Scalar("!!int", fmt.Sprint(v.Int()))
	}
}
