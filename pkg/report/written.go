package report

import (
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Written tells whether a text is one that a form wrote, in one of these languages: such a file may be
// written anew. An empty file holds nothing that could be lost.
func Written(form string, old []byte, languages ...Words) bool {
	text := string(old)
	begin := map[string]string{
		"csv": csvHeader, "prometheus": prometheusBegin, "nagios": nagiosBegin, "junit": junitBegin, "ics": calendarBegin, "html": htmlBegin,
		"json": "{\n  \"schema\": \"apnsctl/v1\",",
	}[form]
	if text == "" || begin != "" {
		return strings.HasPrefix(text, begin)
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return slices.ContainsFunc(languages, func(w Words) bool {
		switch end := isTotal(w, lines[len(lines)-1]); form {
		case "github":
			return end && !slices.ContainsFunc(lines[:len(lines)-1], func(line string) bool { return !strings.HasPrefix(line, "::") })
		case "text":
			return end && slices.ContainsFunc(lines, func(line string) bool { return isVerdict(w, line) })
		}
		return false
	})
}

// isTotal tells the line that [Sheet.Totals] ends a report with.
func isTotal(w Words, line string) bool {
	before, after, _ := strings.Cut(w.T("status.total.all", nil), "{count}")
	rest, ok := strings.CutPrefix(line, before)
	number := strings.TrimLeft(rest, "0123456789")
	return ok && number != rest && (number == after || strings.HasPrefix(number, after+w.T("status.total.colon", nil)))
}

// isVerdict tells the line that says the verdict.
func isVerdict(w Words, line string) bool {
	return slices.ContainsFunc([]string{"good", "warned", "soon", "due", "no"}, func(key string) bool {
		return line == w.T("output.verdict."+key, problem.Params{})
	})
}
