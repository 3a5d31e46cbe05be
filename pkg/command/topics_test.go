package command

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Lines that stand apart go on with a backslash, as a shell wants it. A sentence among them must not.
func TestTopicsContinueCommandsAlone(t *testing.T) {
	continued := 0
	for _, lang := range clitest.Languages() {
		for _, topic := range topics(clitest.Env(lang)) {
			env := clitest.Env(lang)
			streams, out, _ := term.Test()
			env.IO = streams
			if status := Main(t.Context(), env, []string{"help", topic.Name, "--lang", string(lang)}); status != 0 {
				t.Fatalf("%s: status %d", topic.Name, status)
			}
			first := ""
			for line := range strings.Lines(out.String()) {
				goesOn := strings.HasSuffix(line, " \\\n")
				if goesOn && first == "" {
					continued++
					first = line
					if program, _, _ := strings.Cut(strings.TrimSpace(line), " "); program != "apnsctl" && program != "docker" {
						t.Errorf("%s %s: %s", lang, topic.Name, line)
					}
				}
				if !goesOn {
					first = ""
				}
			}
		}
	}
	if continued == 0 {
		t.Error("no line goes on: the search is broken")
	}
}
