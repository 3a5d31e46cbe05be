package report_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// keys stands for a catalogue: it says the key of a sentence.
type keys struct{}

func (keys) Sentence(key string, _ problem.Params) string { return key }

func (keys) Hint(string, problem.Params) string { return "" }

// A token that ends in ten days, as status shows it.
func ExampleOf() {
	now := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	token := lifecycle.Token{Kind: lifecycle.KindADEToken, Name: "School", NotAfter: now.AddDate(0, 0, 10)}
	soon := problem.Found(problem.ExpiresSoon, problem.Critical, nil)
	row := report.Row{Item: lifecycle.Item{Kind: token.Kind, Token: &token, Findings: []problem.Finding{soon}}}

	sum := report.Sum([]report.Row{row}, nil, problem.Grading{})
	view := report.Of(sum, keys{}, func(r report.Row) report.Token { return r.AsToken(now, keys{}) })
	text, err := json.Marshal(view)
	fmt.Println(string(text), err)
	// Output:
	// {"verdict":"critical","exit_code":4,"items":[{"kind":"ade-token","name":"School","not_after":"2026-06-11T00:00:00Z","days_left":10,"state":"critical","findings":[{"code":"expires-soon","severity":"critical","message":"expires-soon","hint":"","params":{}}]}],"findings":[]} <nil>
}
