package lifecycle

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Token is the end of an Automated Device Enrollment or Apps and Books token, watched
// beside the certificates. The token itself is a secret that only the MDM server needs:
// it is not kept.
type Token struct {
	Kind       Kind      `yaml:"kind"` // KindADEToken or KindContentToken
	Name       string    `yaml:"name"` // the server's name at Apple, the location or organisation
	NotAfter   time.Time `yaml:"not_after"`
	ImportedAt time.Time `yaml:"imported_at"`
	ImportedBy string    `yaml:"imported_by,omitempty"`
}

// Check checks a token's end.
func (t Token) Check(terms Terms) []problem.Finding {
	return pushcert.CheckToken(pushcert.Role(t.Kind), t.NotAfter, terms.Now, terms.Policy)
}

// DefaultToken is the name of a kind's first token when neither file nor person named it.
const DefaultToken = "default"

// NameToken chooses which token of a kind is meant: the one named, else [DefaultToken]
// where no other stands. With others there it is a usage problem: a guess would
// overwrite another server's date.
func (s *State) NameToken(kind Kind, name string) (string, error) {
	var names []string
	for _, t := range s.Tokens {
		if t.Kind == kind {
			names = append(names, t.Name)
		}
	}
	switch {
	case name != "" && !validName(name):
		return "", problem.Say(problem.Usage, "name.token", problem.Params{"value": strconv.Quote(name)})
	case name == "" && len(names) > 0 && !slices.Equal(names, []string{DefaultToken}):
		return "", problem.Say(problem.Usage, "token-name", problem.Params{"kind": string(kind), "names": list(names)})
	}
	return cmp.Or(name, DefaultToken), nil
}

// ImportToken watches a token's end from now on. It tells what was done (empty when
// nothing changed) and what was there before. An expired one is refused, and so is one
// that ends before the one that is watched: a new download makes older ones void.
func (s *State) ImportToken(t Token, terms Terms) (Action, *Token, error) {
	i := s.token(t.Kind, t.Name)
	if i >= 0 && t.NotAfter.Before(s.Tokens[i].NotAfter) {
		return "", nil, problem.Say(problem.OlderThanStored, "token", problem.Params{
			"kind": string(t.Kind), "name": t.Name, "not_after": problem.Time(t.NotAfter), "stored_not_after": problem.Time(s.Tokens[i].NotAfter),
		})
	}
	for _, f := range t.Check(terms) {
		if f.Code == problem.Expired {
			return "", nil, f.Err()
		}
	}
	if i < 0 {
		s.Tokens = append(s.Tokens, t)
		return Registered, nil, nil
	}
	old := s.Tokens[i]
	if t.NotAfter.Equal(old.NotAfter) {
		return "", &old, nil
	}
	s.Tokens[i] = t
	return Renewed, &old, nil
}

// DeleteToken stops watching a token; one that is not there is a token-missing problem.
func (s *State) DeleteToken(kind Kind, name string) (Token, error) {
	i := s.token(kind, name)
	if i < 0 {
		return Token{}, problem.Say(problem.TokenMissing, "unknown", problem.Params{"kind": string(kind), "name": name})
	}
	gone := s.Tokens[i]
	s.Tokens = slices.Delete(s.Tokens, i, i+1)
	return gone, nil
}

func (s *State) token(kind Kind, name string) int {
	return slices.IndexFunc(s.Tokens, func(t Token) bool { return t.Kind == kind && t.Name == name })
}

// TokenItems checks the tokens, by kind and name.
func (s *State) TokenItems(terms Terms) []Item {
	sorted := slices.SortedFunc(slices.Values(s.Tokens), func(a, b Token) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	var items []Item
	for _, t := range sorted {
		items = append(items, Item{Kind: t.Kind, Token: &t, Policy: terms.Policy, Findings: t.Check(terms)})
	}
	return items
}

// TokenOf is what a file tells of an enrollment or content token, and false if it is
// neither. Its end is zero where the file does not tell it.
func TokenOf(f *pushcert.File) (Token, bool) {
	switch {
	case f.ADE != nil:
		return Token{Kind: KindADEToken, Name: f.ADE.Server, NotAfter: f.ADE.Expires}, true
	case f.Content != nil:
		name := cmp.Or(f.Content.Location, f.Content.Organization)
		return Token{Kind: KindContentToken, Name: name, NotAfter: f.Content.Expires}, true
	}
	return Token{}, false
}
