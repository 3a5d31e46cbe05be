package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// exitCodesTopic is the one topic that is made of a table in the code.
const exitCodesTopic = "exit-codes"

// topicView is a page of help that belongs to no command.
type topicView struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	Text    string `json:"text"`
}

// topics are the pages of the catalogue's file of topics, in the order of their names. A new
// one needs its texts alone.
func topics(e *cli.Env) []topicView {
	found := []topicView{}
	for _, key := range e.Msg.KeysOf("topic") {
		if name, ok := strings.CutSuffix(strings.TrimPrefix(key, "topic."), ".text"); ok {
			found = append(found, newTopicView(e, name))
		}
	}
	return found
}

func newTopicView(e *cli.Env, name string) topicView {
	return topicView{name, e.T("topic."+name+".short", nil), e.T("topic."+name+".text", nil)}
}

func isTopic(e *cli.Env, name string) bool {
	_, ok := e.Msg.Lookup("topic." + name + ".text")
	return ok
}

func showTopic(e *cli.Env, name string) error {
	return e.Result(newTopicView(e.English(), name), func(p *cli.Page) { p.Text(newTopicView(e, name).Text) })
}

// topicNames are all that help takes beside commands.
func topicNames(e *cli.Env) []string {
	names := []string{exitCodesTopic}
	for _, t := range topics(e) {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	return names
}

type exitCodeView struct {
	Code    int    `json:"code"`
	Meaning string `json:"meaning"`
	Hint    string `json:"hint"`
}

// exitCodesView is the result of help exit-codes in JSON.
type exitCodesView struct {
	ExitCodes []exitCodeView `json:"exit_codes"`
}

func exitCodes(e *cli.Env) []exitCodeView {
	var rows []exitCodeView
	for _, x := range problem.Exits() {
		key := fmt.Sprintf("help.exit.%d", x)
		rows = append(rows, exitCodeView{int(x), e.T(key+".meaning", nil), e.T(key+".hint", nil)})
	}
	return rows
}

func showExitCodes(e *cli.Env) error {
	return e.Result(exitCodesView{exitCodes(e.English())}, func(p *cli.Page) {
		p.Text(e.T("help.exit.about", nil))
		p.Blank()
		var rows [][2]string
		for _, v := range exitCodes(e) {
			rows = append(rows, [2]string{fmt.Sprintf("%3d", v.Code), v.Meaning + e.T("help.exit.arrow", nil) + v.Hint})
		}
		writeDefinitions(p, rows)
		p.Blank()
		p.Text(e.T("help.exit.crash", nil))
	})
}
