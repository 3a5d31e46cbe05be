package state

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// nodeOf is the YAML of a typed value, the opposite of [reader].
func nodeOf(v reflect.Value) *yaml.Node {
	v = reflect.Indirect(v)
	switch {
	case !v.IsValid():
		return scalar("!!null", "null")
	case isMapping(v):
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, e := range entries(v) {
			n.Content = append(n.Content, textNode(e.key), nodeOf(e.value))
		}
		return n
	case v.Kind() == reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, nodeOf(v.Index(i)))
		}
		return n
	case v.Type() == reflect.TypeFor[time.Time]():
		return scalar("!!timestamp", v.Interface().(time.Time).UTC().Format(time.RFC3339Nano))
	case v.Kind() == reflect.String:
		return textNode(v.String())
	case v.Kind() == reflect.Bool:
		return scalar("!!bool", fmt.Sprint(v.Bool()))
	default:
		return scalar("!!int", fmt.Sprint(v.Int()))
	}
}

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// textNode writes PEM, armor and other lines of text as they are (|), and quotes
// what cannot stand in such a block or means something else to YAML 1.1 readers
// (the country NO).
func textNode(s string) *yaml.Node {
	n := scalar("!!str", s)
	switch {
	case !utf8.ValidString(s): // refused when it is read back, by its key
		return scalar("!!binary", base64.StdEncoding.EncodeToString([]byte(s)))
	case strings.Contains(s, "\n") && plainLines(s):
		n.Style = yaml.LiteralStyle
	case strings.ContainsFunc(s, unprintable), ambiguous(s):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// plainLines tells whether a text survives as a literal block wherever it is put.
func plainLines(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && unprintable(r) }) &&
		!strings.HasPrefix(s, " ") && !strings.HasPrefix(s, "\n") && !strings.HasSuffix(s, "\n\n")
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) && r != '\u3000' }

func ambiguous(s string) bool {
	return slices.Contains([]string{"y", "n", "yes", "no", "on", "off"}, strings.ToLower(s))
}

// render writes a node as text.
func render(n *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}
