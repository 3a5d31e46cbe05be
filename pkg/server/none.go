package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// What a kind says that has no certificate. It has to be the kind's own words: at a wrong address,
// tenant or path something else answers, often with the same status and in JSON too, and taking
// that for an empty server would hide the mistake.

// isNone tells whether an answer says that there is no certificate.
func (d *door) isNone(a answer) bool {
	return d.none != nil && !a.login && json.Valid(trimmed(a.body)) && d.none(a)
}

// sayingNone is a test for a status and words of the kind.
func sayingNone(statuses []int, words ...string) func(answer) bool {
	return func(a answer) bool {
		var document any
		if json.Unmarshal(trimmed(a.body), &document) != nil || !slices.Contains(statuses, a.status) {
			return false
		}
		if _, ok := document.(map[string]any); !ok {
			return false
		}
		said := strings.ToLower(strings.Join(messages(document, 0), ": "))
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
	}
}

// notFound is the status of most.
func notFound() []int { return []int{http.StatusNotFound} }

// knows tells whether a document is an object with one of these names in it, whatever the case: one
// without all of them is another service's.
func knows(raw json.RawMessage, names ...string) bool {
	var document map[string]json.RawMessage
	if json.Unmarshal(raw, &document) != nil || document == nil {
		return false
	}
	for name := range document {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return true
		}
	}
	return false
}

// asked is an address without what was asked there.
func asked(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
