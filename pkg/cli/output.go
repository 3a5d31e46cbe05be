package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The values of --output that every command takes.
const (
	outputText = "text"
	outputJSON = "json"
)

// schema names the form of all JSON documents.
const schema = "apnsctl/v1"

// document is the one JSON document on standard output.
type document struct {
	Schema string     `json:"schema"`
	OK     bool       `json:"ok"`
	Result any        `json:"result,omitempty"`
	Error  *errorView `json:"error,omitempty"`
}

type errorView struct {
	Code    problem.Code   `json:"code"`
	Message string         `json:"message"`
	Hint    string         `json:"hint"`
	Params  problem.Params `json:"params"`
}

type findingView struct {
	Code     problem.Code   `json:"code"`
	Severity string         `json:"severity"`
	Message  string         `json:"message"`
	Hint     string         `json:"hint"`
	Params   problem.Params `json:"params"`
}

// result ends a command that did its job: one document, or text for people.
func (e *Env) result(view any, text func(*page)) error {
	return e.verdict(view, problem.ExitOK, text)
}

// verdict is result for a command whose answer may be bad news: the status says so.
func (e *Env) verdict(view any, exit problem.Exit, text func(*page)) error {
	if e.json() {
		if err := e.writeJSON(document{OK: true, Result: view}); err != nil {
			return err
		}
	} else {
		p := &page{env: e}
		text(p)
		if _, err := fmt.Fprint(e.IO.Out, p.b.String()); err != nil {
			return err
		}
	}
	if exit != problem.ExitOK {
		return verdict{exit}
	}
	return nil
}

func (e *Env) writeJSON(d document) error {
	d.Schema = schema
	enc := json.NewEncoder(e.IO.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// english is the language of JSON, which is the same wherever a script runs.
func (e *Env) english() *Env {
	c := *e
	c.msg = msg.Printer{Lang: msg.English}
	return &c
}

func (e *Env) errorView(p *problem.Error) *errorView {
	en := e.english()
	return &errorView{p.Code, en.message(p), en.hint(p.Key(), p.Params), orEmpty(p.Params)}
}

// findingViews are the findings of one item; never null.
func (e *Env) findingViews(findings []problem.Finding) []findingView {
	en, views := e.english(), []findingView{}
	for _, f := range findings {
		views = append(views, findingView{
			f.Code, f.Severity.String(), en.sentence(f.Key(), f.Params), en.hint(f.Key(), f.Params), orEmpty(f.Params),
		})
	}
	return views
}

func orEmpty(p problem.Params) problem.Params {
	if p == nil {
		return problem.Params{}
	}
	return p
}

// message is what an error says. One about a file names it, for there may be many.
func (e *Env) message(p *problem.Error) string {
	text, file := e.sentence(p.Key(), p.Params), p.Params["file"]
	if file == "" || strings.Contains(text, file) {
		return text
	}
	return file + ": " + text
}

// sentence is what a fault's text says in the catalogue.
func (e *Env) sentence(key string, params problem.Params) string {
	return e.problemText(key, "text", params)
}

// hint is the next step of a fault; may be empty.
func (e *Env) hint(key string, params problem.Params) string {
	return e.problemText(key, "hint", params)
}

// problemText is a fault's own words, else those of its code.
func (e *Env) problemText(key, part string, params problem.Params) string {
	code, _, _ := strings.Cut(key, ".")
	for _, k := range []string{key, code} {
		if text, ok := e.msg.Lookup("problem." + k + "." + part); ok {
			return e.configured(msg.Fill(text, addressed(params)))
		}
	}
	return ""
}

// addressed gives the commands of a hint a profile and a file to name where a fault
// knows none.
func addressed(params problem.Params) problem.Params {
	complete := problem.Params{"profile": "NAME", "file": "FILE"}
	for name, value := range params {
		if value != "" || complete[name] == "" {
			complete[name] = value
		}
	}
	return complete
}

// rfc3339 is how JSON and logs show a time.
func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
