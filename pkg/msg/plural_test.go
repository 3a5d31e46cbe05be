package msg_test

import (
	"regexp"
	"testing"
)

// One is no several: a number before a noun names both forms, such as {count} {count|file|files}.
func TestNumbersHaveNounsThatFit(t *testing.T) {
	plural := regexp.MustCompile(`\{[a-z_]+\} ([a-z]+ )?(bytes|calls|certificates|characters|CSRs|days|devices|files|findings|keys|profiles|pushes|pages|requests|rows|seconds)\b`)
	several := map[string]bool{} // where one is another sentence, or cannot be, or is no number
	for _, key := range []string{
		"notify.when.left", "status.left.days", "status.left.expired", "output.import.headline.returned", "output.delete.ask-many",
		"problem.confirmation-wrong.delete-many.text", "problem.no-terminal.delete-many.text", "problem.server-unreachable.garbled.large.text",
		"problem.several-certificates.text", "problem.state-damaged.too-large.text", "problem.usage.push-payload-size.text", "problem.usage.push-voip-topic.text",
		"problem.usage.secret-long.text", "problem.usage.server-several.text", "problem.usage.sign-out.text",
	} {
		several[key] = true
	}
	p := english()
	for _, key := range p.Keys() {
		text, _ := p.Lookup(key)
		if at := plural.FindString(text); at != "" && !several[key] {
			t.Errorf("%s: %q, which may be 1", key, at)
		}
	}
}
