package problem

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/mask"
)

// Words has the sentences of findings and problems, in one language.
type Words interface {
	// Sentence is what one says, by its key.
	Sentence(key string, params Params) string
	// Hint is the next step after it; may be empty.
	Hint(key string, params Params) string
}

// View is a finding in JSON.
type View struct {
	Code     Code   `json:"code"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
	Params   Params `json:"params"`
}

// Views are findings in JSON; never null.
func Views(findings []Finding, words Words) []View {
	views := []View{}
	for _, f := range findings {
		views = append(views, View{
			f.Code, f.Severity.String(), words.Sentence(f.Key(), f.Params), words.Hint(f.Key(), f.Params), f.Params.Shown(),
		})
	}
	return views
}

// Shown is what JSON shows of values: an object, never null, without private keys.
func (p Params) Shown() Params {
	shown := Params{}
	for name, value := range p {
		shown[name] = mask.Keys(value)
	}
	return shown
}

// Time is how values, JSON and logs show a moment: RFC 3339, in UTC, to the second.
func Time(t time.Time) string { return t.UTC().Format(time.RFC3339) }
