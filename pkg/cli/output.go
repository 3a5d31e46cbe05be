package cli

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
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// The values of --output that every command takes.
const (
	outputText = "text"
	OutputJSON = "json"
)

// Schema names the form of all JSON documents.
const Schema = "apnsctl/v1"

// Document is the one JSON document on standard output.
type Document struct {
	Schema string     `json:"schema"`
	OK     bool       `json:"ok"`
	Result any        `json:"result,omitempty"`
	Error  *ErrorView `json:"error,omitempty"`
}

// ErrorView is the result of error in JSON.
type ErrorView struct {
	Code    problem.Code   `json:"code"`
	Message string         `json:"message"`
	Hint    string         `json:"hint"`
	Params  problem.Params `json:"params"`
	// Refused are all files that cannot be taken, where many were given.
	Refused []FaultView `json:"refused,omitempty"`
}

// Result ends a command that did its job: one document, or text for people.
func (e *Env) Result(view any, text func(*Page)) error {
	return e.Verdict(view, problem.ExitOK, text)
}

// Verdict is result for a command whose answer may be bad news: the status says so.
func (e *Env) Verdict(view any, exit problem.Exit, text func(*Page)) error {
	if e.JSON() {
		if err := e.writeJSON(Document{OK: true, Result: view}); err != nil {
			return err
		}
	} else {
		p := &Page{Env: e}
		text(p)
		if _, err := fmt.Fprint(e.IO.Out, p.Done()); err != nil {
			return lost(err)
		}
	}
	if exit != problem.ExitOK {
		return Verdict{exit}
	}
	return nil
}

// ResultWithList writes a result whose list of that name is empty, and fills it one by one: the
// document is the same as if it had been there as a whole.
func (e *Env) ResultWithList(view any, list string, elements iter.Seq[any]) error {
	encode := func(v any, prefix string) ([]byte, error) {
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		enc.SetIndent(prefix, "  ")
		err := enc.Encode(v)
		return bytes.TrimSuffix(escaped(text.Bytes()), []byte("\n")), err
	}
	whole, err := encode(Document{Schema: Schema, OK: true, Result: view}, "")
	if err != nil {
		return err
	}
	head, tail, _ := bytes.Cut(whole, []byte("\n    \""+list+"\": []"))
	out := bufio.NewWriter(e.IO.Out)
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
	return lost(out.Flush())
}

// WriteText writes a result that is neither a page nor JSON.
func (e *Env) WriteText(text string) error {
	_, err := io.WriteString(e.IO.Out, text)
	return lost(err)
}

func (e *Env) writeJSON(d Document) error {
	d.Schema = Schema
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		return err
	}
	_, err := e.IO.Out.Write(escaped(text.Bytes()))
	return lost(err)
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

// English is the language of JSON, which is the same wherever a script runs.
func (e *Env) English() *Env {
	c := *e
	c.Msg = msg.Printer{Lang: msg.English}
	return &c
}

// ErrorView is the result of error in JSON.
func (e *Env) ErrorView(p *problem.Error) *ErrorView {
	en := e.English()
	return &ErrorView{Code: p.Code, Message: en.message(p), Hint: en.Hint(p.Key(), p.Params), Params: p.Params.OrEmpty()}
}

// FindingViews are the findings of one item in JSON; never null.
func (e *Env) FindingViews(findings []problem.Finding) []problem.View {
	return problem.Views(findings, e.English())
}

// message is what an error says. One about a file names it, for there may be many.
func (e *Env) message(p *problem.Error) string {
	text, file := e.Sentence(p.Key(), p.Params), p.Params["file"]
	if file == "" || strings.Contains(text, msg.Clean(file)) {
		return text
	}
	return msg.Clean(file) + ": " + text
}

// Sentence is what a fault's text says in the catalogue.
func (e *Env) Sentence(key string, params problem.Params) string {
	return e.problemText(key, "text", params)
}

// Hint is the next step of a fault; may be empty.
func (e *Env) Hint(key string, params problem.Params) string {
	return e.problemText(key, "hint", params)
}

// problemText is a fault's own words, else those of its code. A web page that was saved in place of a file is
// told in the same words whichever file was needed: what it is not says nothing of what happened.
func (e *Env) problemText(key, part string, params problem.Params) string {
	code, own, _ := strings.Cut(key, ".")
	if code == string(problem.WrongRole) && params["role"] == string(pushcert.RoleHTML) && own != "is-page" {
		return e.T("output.web-page."+part, params)
	}
	for _, k := range []string{key, code} {
		if text, ok := e.Msg.Lookup("problem." + k + "." + part); ok {
			return e.advise("problem."+k+"."+part, text, e.addressed(params))
		}
	}
	return ""
}
