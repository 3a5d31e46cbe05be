package lifecycle

import (
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

func TestImportToken(t *testing.T) {
	year := now.AddDate(1, 0, 0)
	for _, tt := range []struct {
		name   string
		token  Token
		action Action
		code   problem.Code
		kept   int
	}{
		{"another name", Token{Kind: KindADEToken, Name: "b", NotAfter: year}, Registered, "", 2},
		{"another kind of that name", Token{Kind: KindContentToken, Name: "a", NotAfter: year}, Registered, "", 2},
		{"the same", Token{Kind: KindADEToken, Name: "a", NotAfter: now.AddDate(0, 6, 0)}, "", "", 1},
		{"a newer one", Token{Kind: KindADEToken, Name: "a", NotAfter: year}, Renewed, "", 1},
		{"an older one", Token{Kind: KindADEToken, Name: "a", NotAfter: now.AddDate(0, 5, 0)}, "", problem.OlderThanStored, 1},
		{"its last second", Token{Kind: KindADEToken, Name: "b", NotAfter: now}, Registered, "", 2},
		{"an older one that has expired", Token{Kind: KindADEToken, Name: "a", NotAfter: now.Add(-time.Second)}, "", problem.OlderThanStored, 1},
		{"an expired one", Token{Kind: KindADEToken, Name: "b", NotAfter: now.Add(-time.Second)}, "", problem.Expired, 1},
	} {
		s := &State{Tokens: []Token{{Kind: KindADEToken, Name: "a", NotAfter: now.AddDate(0, 6, 0)}}}
		action, before, err := s.ImportToken(tt.token, Terms{Now: now})
		if action != tt.action || codeOf(err) != tt.code || len(s.Tokens) != tt.kept {
			t.Errorf("%s: %q, %v, %d kept; want %q, %q, %d", tt.name, action, err, len(s.Tokens), tt.action, tt.code, tt.kept)
		}
		if (before != nil) != (tt.kept == 1 && err == nil) {
			t.Errorf("%s: before it was %v", tt.name, before)
		}
		if tt.action != "" && s.Tokens[s.token(tt.token.Kind, tt.token.Name)] != tt.token {
			t.Errorf("%s: not kept", tt.name)
		}
	}
}

func TestNameToken(t *testing.T) {
	named := func(names ...string) *State {
		s := &State{Tokens: []Token{{Kind: KindContentToken, Name: "elsewhere"}}}
		for _, n := range names {
			s.Tokens = append(s.Tokens, Token{Kind: KindADEToken, Name: n})
		}
		return s
	}
	for _, tt := range []struct {
		s           *State
		given, want string
		code        problem.Code
	}{
		{named(), "", DefaultToken, ""},
		{named(DefaultToken), "", DefaultToken, ""},
		{named("a"), "a", "a", ""},
		{named("a"), "", "", problem.Usage},
		{named(DefaultToken, "a"), "", "", problem.Usage},
		{named(), "a\nb", "", problem.Usage},
	} {
		if got, err := tt.s.NameToken(KindADEToken, tt.given); got != tt.want || codeOf(err) != tt.code {
			t.Errorf("%v, %q: %q, %v", tt.s.Tokens, tt.given, got, err)
		}
	}
}

func TestTokensAreWatchedLast(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	s.Tokens = []Token{
		{Kind: KindContentToken, Name: "a", NotAfter: now.AddDate(0, 0, 20)},
		{Kind: KindADEToken, Name: "b", NotAfter: now.AddDate(1, 0, 0)},
		{Kind: KindADEToken, Name: "a", NotAfter: now.AddDate(0, 0, 50)},
	}
	terms := Terms{Now: now, Policy: pushcert.DefaultPolicy(), Trust: a.trust}
	items, err := s.Items(terms)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		kind      Kind
		name      string
		condition Condition
	}{
		{KindADEToken, "a", ConditionWarning}, {KindADEToken, "b", ConditionOK}, {KindContentToken, "a", ConditionCritical},
	} {
		got := items[len(items)-3+i]
		if got.Kind != want.kind || got.Token.Name != want.name || got.Condition() != want.condition {
			t.Errorf("item %d: %s %q %s", i, got.Kind, got.Token.Name, got.Condition())
		}
	}
	if _, err := s.DeleteToken(KindADEToken, "c"); codeOf(err) != problem.TokenMissing {
		t.Errorf("one that is not there: %v", err)
	}
	if gone, err := s.DeleteToken(KindADEToken, "b"); err != nil || gone.Name != "b" || len(s.Tokens) != 2 {
		t.Errorf("deleted %v, %v", gone, err)
	}
}
