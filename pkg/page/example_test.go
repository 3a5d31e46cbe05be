package page_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// words are what the catalogue says elsewhere.
type words map[string]string

func (w words) T(key string, _ problem.Params) string        { return w[key] }
func (w words) Sentence(key string, _ problem.Params) string { return w[key] }
func (words) Hint(string, problem.Params) string             { return "" }
func (w words) Message(p *problem.Error) string              { return w[p.Key()] }

// Values stand in a column of their own, whatever the width of the labels' characters.
func ExamplePage() {
	streams, _, _ := term.Test()
	p := &page.Page{IO: streams, Words: words{
		"output.label.topic": "トピック", "output.label.days-left": "残り日数",
		"output.severity.critical": "critical", "topic-mismatch": "the topic is another one",
	}}
	p.Fields(page.Field{Label: "topic", Value: "com.apple.mgmt.External.1"}, page.Field{Label: "days-left", Value: "12"})
	p.Findings([]problem.Finding{problem.Found(problem.TopicMismatch, problem.Critical, nil)})
	fmt.Print(p.Done())
	// Output:
	// トピック  com.apple.mgmt.External.1
	// 残り日数  12
	// critical: topic-mismatch
	//   the topic is another one
}
