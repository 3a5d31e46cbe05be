package cli

import (
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/term"
)

// A list that is filled one by one makes the document that it would make as a whole.
func TestResultWithList(t *testing.T) {
	type view struct {
		A     string `json:"a"`
		Items []any  `json:"items"`
		B     []int  `json:"b"`
	}
	for _, items := range [][]any{{}, {map[string]any{"x": []string{}, "y": "<\u202e>"}}, {1, "two", map[string]int{"n": 3}}} {
		var texts []string
		for _, write := range []func(*Env) error{
			func(e *Env) error { return e.Result(view{"\"items\": []", items, []int{1}}, nil) },
			func(e *Env) error {
				return e.ResultWithList(view{"\"items\": []", []any{}, []int{1}}, "items", slices.Values(items))
			},
		} {
			streams, out, _ := term.Test()
			e := &Env{IO: streams}
			e.Global.Output = OutputJSON
			if err := write(e); err != nil {
				t.Fatal(err)
			}
			texts = append(texts, out.String())
		}
		if texts[0] != texts[1] {
			t.Errorf("got\n%s\nwant\n%s", texts[1], texts[0])
		}
	}
}
