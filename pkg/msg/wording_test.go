package msg_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

func TestProblemsAreWordedAsTheStyleDemands(t *testing.T) {
	for _, p := range []msg.Printer{english(), japanese()} {
		for _, key := range p.Keys() {
			if !strings.HasPrefix(key, "problem.") {
				continue
			}
			text, _ := p.Lookup(key)
			if fault := wording(p.Lang, key, text); fault != "" {
				t.Errorf("%s %s: %s: %s", p.Lang, key, fault, text)
			}
		}
	}
}

// wording says what is wrong with a sentence, or nothing.
func wording(lang msg.Lang, key, text string) string {
	longest := map[msg.Lang]int{msg.English: 230, msg.Japanese: 150}[lang]
	last := text[strings.LastIndexByte(text, '\n')+1:]
	isCommand := strings.HasPrefix(last, "  ")
	switch {
	case strings.HasSuffix(key, ".text") && strings.Contains(text, "\n"):
		return "a sentence is one line"
	case lang == msg.English && strings.HasSuffix(last, "."):
		return "an English sentence ends without a full stop"
	case lang == msg.English && regexp.MustCompile(`^[A-Z][a-z ]`).MatchString(text) && !properNoun(text):
		return "an English sentence begins in lower case"
	case lang == msg.Japanese && !isCommand && !strings.HasSuffix(last, "。") && !strings.HasSuffix(last, "}"):
		return "a Japanese sentence ends with 。"
	case lang == msg.Japanese && regexp.MustCompile(`[ぁ-んァ-ヶ一-龠]([,;:]|\.( |$))`).MatchString(text):
		return "Japanese punctuation is full-width"
	}
	for line := range strings.SplitSeq(text, "\n") {
		switch command := strings.HasPrefix(line, "  "); {
		case command && !isCommandLine(line):
			return "an indented line is a command"
		case command && len(line) > 74:
			return "a command fits one line"
		case utf8.RuneCountInString(line) > longest+longest/2, strings.HasSuffix(key, ".text") && utf8.RuneCountInString(line) > longest:
			return "the sentence is too long"
		}
	}
	return ""
}

// isCommandLine tells whether an indented line begins with a program's name.
func isCommandLine(line string) bool {
	return regexp.MustCompile(`^  (apnsctl |openssl |keytool |age |ssh-keygen |git |cp |mv |chmod |umask |\{(command|again)\}( |$)|\{use\}$)`).MatchString(line)
}

func properNoun(text string) bool {
	for _, name := range []string{"Apple ", "MDM ", "APNs ", "PKCS "} {
		if strings.HasPrefix(text, name) {
			return true
		}
	}
	return false
}
