package yamledit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"go.yaml.in/yaml/v3"
)

// Tree is the root of the only YAML document in data. Errors are problems of the code
// [problem.StateDamaged].
func Tree(data []byte) (*yaml.Node, error) {
	if !utf8.Valid(data) {
		return nil, problem.Say(problem.StateDamaged, "encoding", nil)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, problem.Say(problem.StateDamaged, "empty", nil)
	case err != nil:
		return nil, syntax(err)
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, problem.Say(problem.StateDamaged, "documents", nil)
	}
	return doc.Content[0], nil
}

// syntax is a fault of YAML itself. Only the line is taken from yaml.v3's sentence,
// for the rest may quote the file.
func syntax(err error) error {
	var line int
	if _, scanErr := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); scanErr != nil {
		line = 1
	}
	return problem.Say(problem.StateDamaged, "syntax", problem.Params{"line": strconv.Itoa(line)})
}

// Render writes a node as text. A block (| or >) that yaml.v3 would write as another text is quoted.
func Render(n *yaml.Node) ([]byte, error) {
	quoteBlocks(n)
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

// quoteBlocks quotes the texts that somebody wrote as a block and that do not survive as one.
func quoteBlocks(n *yaml.Node) {
	if folded := n.Style&yaml.FoldedStyle != 0; (folded || n.Style&yaml.LiteralStyle != 0) && (!plainLines(n.Value) || folded && strings.Contains(n.Value, "\n ")) {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		quoteBlocks(c)
	}
}

// Value is what stands under a key of a mapping; nil if nothing does.
func Value(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	return pairs(mapping)[key].value
}

// Scalar is a value with its tag.
func Scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

// Text writes PEM, armor and other lines of text as they are (|), and quotes
// what cannot stand in such a block or means something else to YAML 1.1 readers
// (the country NO).
func Text(s string) *yaml.Node {
	n := Scalar("!!str", s)
	switch {
	case !utf8.ValidString(s): // refused when it is read back, by its key
		return Scalar("!!binary", base64.StdEncoding.EncodeToString([]byte(s)))
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
