package command

import (
	"regexp"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// schemasURL is where the JSON Schemas of what the commands print are.
const schemasURL = "https://github.com/apnsctl/apnsctl/tree/main/testdata/schema"

// codeView is a code with the sentence and the hint that it has where no case of it has another; words in
// CAPITALS stand for values.
type codeView struct {
	Code     problem.Code `json:"code"`
	ExitCode int          `json:"exit_code"` // where it stops a command
	Text     string       `json:"text"`
	Hint     string       `json:"hint"`
}

// codes are all that findings and failures have.
func codes(e *cli.Env) []codeView {
	var views []codeView
	all := append(problem.FindingCodes(), problem.ErrorCodes()...)
	slices.Sort(all)
	for _, code := range slices.Compact(all) {
		text, _ := e.Msg.Lookup("problem." + string(code) + ".text")
		hint, _ := e.Msg.Lookup("problem." + string(code) + ".hint")
		views = append(views, codeView{code, int(code.Exit()), capitals(text), capitals(withoutSteps(hint))})
	}
	return views
}

// capitals puts the names of the values into a text, in their place.
func capitals(text string) string {
	names := map[string]string{}
	for _, m := range regexp.MustCompile(`\{([a-z_]+)`).FindAllStringSubmatch(text, -1) {
		names[m[1]] = strings.ToUpper(m[1])
	}
	return msg.Fill(text, names)
}

// withoutSteps leaves out the commands of a hint that depend on the situation.
func withoutSteps(hint string) string {
	lines := strings.Split(hint, "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "{steps.") })
	return strings.Join(lines, "\n")
}
