package document

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf16"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Schema names the form of all JSON documents.
const Schema = "apnsctl/v1"

// Envelope is the one JSON document on standard output.
type Envelope struct {
	Schema string     `json:"schema"`
	OK     bool       `json:"ok"`
	Result any        `json:"result,omitempty"`
	Error  *ErrorView `json:"error,omitempty"`
}

// ErrorView is why a command could not do its work.
type ErrorView struct {
	Code    problem.Code   `json:"code"`
	Message string         `json:"message"`
	Hint    string         `json:"hint"`
	Params  problem.Params `json:"params"`
	// Refused are all files that cannot be taken, where many were given.
	Refused []FaultView `json:"refused,omitempty"`
}

// FaultView is a fault in JSON.
type FaultView struct {
	File    string         `json:"file"`
	Profile string         `json:"profile"`
	Code    problem.Code   `json:"code"`
	Message string         `json:"message"`
	Hint    string         `json:"hint"`
	Params  problem.Params `json:"params"`
}

// Text is the whole document.
func (d Envelope) Text() ([]byte, error) {
	d.Schema = Schema
	text, err := encode(d, "")
	return append(text, '\n'), err
}

func encode(v any, prefix string) ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, "  ")
	err := enc.Encode(v)
	return bytes.TrimSuffix(escaped(text.Bytes()), []byte("\n")), err
}

// WriteList writes a result whose list of that name is empty, and fills it one by one: the
// document is the same as if it had been there as a whole.
func WriteList(to io.Writer, view any, list string, elements iter.Seq[any]) error {
	whole, err := encode(Envelope{Schema: Schema, OK: true, Result: view}, "")
	if err != nil {
		return err
	}
	head, tail, _ := bytes.Cut(whole, []byte("\n    \""+list+"\": []"))
	out := bufio.NewWriter(to)
	write := func(parts ...string) { // a failure is told by the flush
		for _, part := range parts {
			_, _ = out.WriteString(part)
		}
	}
	write(string(head), "\n    \"", list, "\": [")
	before, end := "\n      ", "]"
	for element := range elements {
		text, err := encode(element, "      ")
		if err != nil {
			return err
		}
		write(before, string(text))
		before, end = ",\n      ", "\n    ]"
	}
	write(end, string(tail), "\n")
	return out.Flush()
}

// Compact is a value in JSON on one line.
func Compact(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(string(escaped(b.Bytes())), "\n"), err
}

// escaped writes the characters of JSON that a terminal would obey as JSON lets them be
// written (RFC 8259, 7). Outside of strings there are none but line feeds.
func escaped(text []byte) []byte {
	if !bytes.ContainsFunc(text, hidden) {
		return text
	}
	var out bytes.Buffer
	for _, r := range string(text) {
		if !hidden(r) {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return out.Bytes()
}

func hidden(r rune) bool { return r != '\n' && !msg.Shown(r) }
