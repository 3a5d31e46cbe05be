package msg_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestEveryCodeHasASentenceAndANextStep(t *testing.T) {
	codes := slices.Concat(problem.FindingCodes(), problem.ErrorCodes())
	if len(codes) == 0 {
		t.Fatal("no codes")
	}
	for _, p := range []msg.Printer{english(), japanese()} {
		for _, code := range codes {
			for _, part := range []string{"text", "hint"} {
				if _, ok := p.Lookup(fmt.Sprintf("problem.%s.%s", code, part)); !ok {
					t.Errorf("%s: %s has no %s", p.Lang, code, part)
				}
			}
		}
	}
}

// A variant has a text or a hint of its own, or is a thing that the sentence around it names.
func TestEverySentenceThatTheSourcesAskForExists(t *testing.T) {
	for _, s := range sentencesInSources(t) {
		_, text := english().Lookup("problem." + s.key + ".text")
		_, hint := english().Lookup("problem." + s.key + ".hint")
		_, thing := english().Lookup("thing." + lastStep(s.key))
		named := thing && strings.Contains(effective(s.key, "text"), "{thing}")
		if !text && !hint && !named {
			t.Errorf("%s asks for %s, which has no words", s.file, s.key)
		}
	}
}

func TestNoSentenceIsLeftOver(t *testing.T) {
	used := map[string]bool{}
	for _, code := range slices.Concat(problem.FindingCodes(), problem.ErrorCodes()) {
		used[string(code)] = true
	}
	for _, s := range sentencesInSources(t) {
		for key := s.key; strings.Contains(key, "."); key = key[:strings.LastIndexByte(key, '.')] { // what it is a kind of
			used[key] = true
		}
	}
	for _, key := range english().Keys() {
		rest, ok := strings.CutPrefix(key, "problem.")
		if !ok {
			continue
		}
		i := strings.LastIndexByte(rest, '.')
		if name, part := rest[:i], rest[i+1:]; !used[name] || part != "text" && part != "hint" {
			t.Errorf("nobody asks for %s", key)
		}
	}
}

// A group of findings has the words of its finding's whole key, or none.
func TestNoWordsForAGroupAreLeftOver(t *testing.T) {
	found := map[string]bool{}
	for _, code := range problem.FindingCodes() {
		found[string(code)] = true
	}
	for _, s := range sentencesInSources(t) {
		found[strings.ReplaceAll(s.key, ".", "-")] = true
	}
	for _, key := range english().Keys() {
		words, ok := strings.CutPrefix(key, "status.do.")
		if i := strings.LastIndexByte(words, '-'); ok && !found[words[:i]] {
			t.Errorf("no finding is told by %s", key)
		}
	}
}

// A placeholder without a value would reach people as it stands.
func TestSentencesNameOnlyValuesThatAreThere(t *testing.T) {
	for _, s := range sentencesInSources(t) {
		if !s.known {
			continue
		}
		there := append(slices.Clone(s.params), addedLater(s.file)...)
		if _, ok := english().Lookup("thing." + lastStep(s.key)); ok {
			there = append(there, "thing")
		}
		for _, part := range []string{"text", "hint"} {
			for _, name := range placeholders(effective(s.key, part)) {
				if part == "hint" && (name == "profile" || name == "file") {
					continue // package cli says NAME or FILE where a fault knows none
				}
				if !slices.Contains(there, name) {
					t.Errorf("%s: the %s of %s names {%s}; there are %v", s.file, part, s.key, name, there)
				}
			}
		}
	}
}

// lastStep is what a sentence says of a {thing}, as package cli tells it.
func lastStep(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

func TestNoThingIsLeftOver(t *testing.T) {
	named := map[string]bool{}
	for _, s := range sentencesInSources(t) {
		named[lastStep(s.key)] = named[lastStep(s.key)] || strings.Contains(effective(s.key, "text"), "{thing}")
	}
	things := english().KeysOf("thing")
	for _, key := range things {
		if !named[lastStep(key)] {
			t.Errorf("no sentence names %s", key)
		}
	}
	if len(things) == 0 {
		t.Error("no things")
	}
}

// addedLater are the values that every problem of a file gets on its way out.
func addedLater(file string) []string {
	switch file {
	case "state/codec.go", "state/read.go", "state/migrate.go", "state/complete.go", "state/decode.go", "yamledit/tree.go":
		return []string{"path"} // by Store.read
	case "pushcert/read_text.go", "pushcert/trust.go":
		return []string{"expected_role"} // a page in place of certificates has a sentence of its own
	case "state/store.go", "state/access.go":
		return []string{"command"} // by init, whose command it is
	case "linked/deliver.go":
		return []string{"again"} // by import, whose command it is
	case "apns/explain.go", "apns/explain_proxy.go", "apns/explain_tls.go":
		return []string{"host"} // by Explain
	}
	return nil
}

// effective is the variant's own part, else that of what it is a kind of, up to its code, as package cli chooses.
func effective(key, part string) string {
	for ; key != ""; key = key[:max(strings.LastIndexByte(key, '.'), 0)] {
		if text, ok := english().Lookup("problem." + key + "." + part); ok {
			return text
		}
	}
	return ""
}

// What a sentence says as the one around it does, it need not say again.
func TestNoSentenceRepeatsTheOneItIsAKindOf(t *testing.T) {
	for _, p := range []msg.Printer{english(), japanese()} {
		for _, key := range p.KeysOf("problem") {
			i := strings.LastIndexByte(key, '.')
			name, part := key[:i], key[i:]
			own, _ := p.Lookup(key)
			for around := name; strings.Count(around, ".") > 1; {
				around = around[:strings.LastIndexByte(around, '.')]
				if text, ok := p.Lookup(around + part); ok {
					if text == own {
						t.Errorf("%s: %s repeats %s", p.Lang, key, around+part)
					}
					break
				}
			}
		}
	}
}
