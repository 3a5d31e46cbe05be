package cli

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// The values of --output that every command takes.
const (
	outputText = "text"
	OutputJSON = "json"
)

// Result ends a command that did its job: one document, or text for people.
func (e *Env) Result(view any, text func(*Page)) error {
	return e.Verdict(view, problem.ExitOK, text)
}

// Verdict is result for a command whose answer may be bad news: the status says so.
func (e *Env) Verdict(view any, exit problem.Exit, text func(*Page)) error {
	if e.JSON() {
		if err := e.writeJSON(document.Envelope{OK: true, Result: view}); err != nil {
			return err
		}
	} else {
		p := e.NewPage()
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
	return document.WriteList(e.ResultOut(), view, list, elements)
}

// Stream returns a stream whose list has that name, for results that are written as they come.
func (e *Env) Stream(list string) *document.Stream {
	e.streaming = document.NewStream(e.ResultOut(), list)
	return e.streaming
}

// WriteText writes a result that is neither a page nor JSON.
func (e *Env) WriteText(text string) error {
	_, err := io.WriteString(e.IO.Out, text)
	return lost(err)
}

func (e *Env) writeJSON(d document.Envelope) error {
	text, err := d.Text()
	if err != nil {
		return err
	}
	_, err = e.IO.Out.Write(text)
	return lost(err)
}

// English is the language of JSON, which is the same wherever a script runs.
func (e *Env) English() *Env {
	c := *e
	c.Msg = msg.Printer{Lang: msg.English}
	return &c
}

// ErrorView is the result of error in JSON.
func (e *Env) ErrorView(p *problem.Error) *document.ErrorView {
	en := e.English()
	return &document.ErrorView{Code: p.Code, Message: en.Message(p), Hint: en.Hint(p.Key(), p.Params), Params: p.Params.Shown()}
}

// FindingViews are the findings of one item in JSON; never null.
func (e *Env) FindingViews(findings []problem.Finding) []problem.View {
	return problem.Views(findings, e.English())
}

// Message is what an error says. One about a file names it, for there may be many.
func (e *Env) Message(p *problem.Error) string {
	text, file := e.Sentence(p.Key(), p.Params), p.Params["file"]
	if file == "" || strings.Contains(text, msg.Clean(file)) {
		return text
	}
	return msg.Clean(file) + ": " + text
}

// Sentence is what a finding or a problem says in the catalogue.
func (e *Env) Sentence(key string, params problem.Params) string {
	return e.problemText(key, "text", params)
}

// Hint is the next step after it; may be empty.
func (e *Env) Hint(key string, params problem.Params) string {
	return e.problemText(key, "hint", params)
}

// problemText is the own words of a finding or a problem, else those of what it is a kind of, as the steps of its key tell; the
// last may be a {thing}. A web page in place of a file is told in the same words whatever was needed: what it is not says nothing.
func (e *Env) problemText(key, part string, params problem.Params) string {
	if params["role"] == string(pushcert.RoleHTML) && !strings.HasSuffix(key, ".is-page") {
		return e.T("output.web-page."+part, params)
	}
	for kind := key; kind != ""; kind = kind[:max(strings.LastIndexByte(kind, '.'), 0)] {
		if text, ok := e.Msg.Lookup("problem." + kind + "." + part); ok {
			file := params["file"]
			params = e.addressed(params)
			if e.Chained != nil && strings.Contains(text, "{command} --chain") {
				params["command"] = e.Chained(file)
			}
			params["thing"] = key[strings.LastIndexByte(key, '.')+1:]
			if around, ok := e.Msg.Lookup("output.delivered." + part); ok && params["delivered"] != "" { // by a server, before this came
				text = strings.Replace(around, "{said}", text, 1)
			}
			return e.advise("problem."+kind+"."+part, text, params)
		}
	}
	return ""
}
