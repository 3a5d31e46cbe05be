package deliver

import (
	"encoding/json"
	"strings"
)

// HookKind is what a webhook understands.
type HookKind string

// The kinds.
const (
	Slack HookKind = "slack" // incoming webhooks; Mattermost and others take the same
	Teams HookKind = "teams" // workflows, which take an Adaptive Card
	JSON  HookKind = "json"  // anything of one's own
)

// Notice is what a webhook is told.
type Notice struct {
	ID    string // the same for the same notice
	Title string
	Text  string
	Facts []Fact
	// Fields is the document of kind [JSON].
	Fields any
}

// Fact is one labelled value.
type Fact struct{ Label, Value string }

// body is the notice in the words of a kind.
func (k HookKind) body(n Notice) ([]byte, error) {
	switch k {
	case Slack:
		// In its text three characters have a meaning; the rest stands as it is in a block.
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
		return plainJSON(map[string]string{"text": "*" + escape(n.Title) + "*\n```" + escape(strings.ReplaceAll(n.Text, "`", "'")) + "```"})
	case Teams:
		return plainJSON(card(n))
	}
	return plainJSON(n.Fields)
}

// card is an Adaptive Card, as the webhooks of Teams workflows take it.
func card(n Notice) any {
	type object map[string]any
	var facts []object
	for _, f := range n.Facts {
		if f.Value != "" {
			facts = append(facts, object{"title": f.Label, "value": f.Value})
		}
	}
	return object{"type": "message", "attachments": []object{{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content": object{
			"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
			"body": []object{
				{"type": "TextBlock", "text": n.Title, "weight": "bolder", "wrap": true},
				{"type": "FactSet", "facts": facts},
			},
		},
	}}}
}

// plainJSON is JSON whose characters stand for themselves.
func plainJSON(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
