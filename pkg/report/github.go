package report

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// GitHub writes a workflow command for every finding, the gravest first, which GitHub shows
// beside the run, and the totals for the log.
func (s Sheet) GitHub() string {
	var b strings.Builder
	for _, r := range s.Rows {
		for _, f := range Graves(r, s.Grading) {
			b.WriteString(annotation(f, s.Words.Clean(r.File), s.Title(r), s.Says(f)))
		}
	}
	for _, f := range s.Findings {
		b.WriteString(annotation(f, "", "apnsctl", s.Says(f)))
	}
	b.WriteString(strings.TrimLeft(s.Totals(), ":") + "\n")
	return b.String()
}

// GitHubError is the command for a run that could not look.
func GitHubError(message string) string {
	return "::error title=apnsctl::" + commandData(message) + "\n"
}

func annotation(f problem.Finding, file, title, message string) string {
	command := "::warning "
	if f.Severity == problem.Critical {
		command = "::error "
	}
	if file != "" && file != "-" {
		command += "file=" + commandProperty(file) + ","
	}
	return command + "title=" + commandProperty(title+" ("+string(f.Code)+")") + "::" + commandData(title+": "+message) + "\n"
}

// commandData and commandProperty escape as GitHub's own toolkit does (actions/toolkit,
// packages/core/src/command.ts).
func commandData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// summaryRows is how many rows a job's summary shows: it may have a megabyte.
const summaryRows = 500

// Summary writes the table for a job's summary, in GitHub's Markdown.
func (s Sheet) Summary() string {
	var b strings.Builder
	b.WriteString("### apnsctl: " + markdown(s.Verdict()) + "\n\n")
	heads := make([]string, 0, 6)
	for _, head := range []string{"state", "name", "days", "date", "topic", "finding"} {
		heads = append(heads, markdown(s.Words.T("status.head."+head, nil)))
	}
	b.WriteString("| " + strings.Join(heads, " | ") + " |\n|---|---|---:|---|---|---|\n")
	for i, r := range s.Rows {
		if i == summaryRows {
			b.WriteString("\n" + markdown(s.Words.T("status.more", problem.Params{"count": strconv.Itoa(len(s.Rows) - i)})) + "\n")
			break
		}
		date, finding := "", ""
		if end := r.End(); end != nil {
			date = s.Date(*end)
		}
		if f, bad := problem.Worst(Graves(r, s.Grading)); bad {
			finding = s.Says(f)
		}
		cells := []string{s.State(r), s.Title(r), number(r.DaysLeft(s.Now)), date, r.Topic(), finding}
		for i, cell := range cells {
			cells[i] = markdown(s.Words.Clean(cell))
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	b.WriteString("\n" + markdown(s.Totals()) + "\n")
	return b.String()
}

// markdown shows a text as it is within a table.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune("&<>", r):
			b.WriteString(map[rune]string{'&': "&amp;", '<': "&lt;", '>': "&gt;"}[r])
		case strings.ContainsRune("\\`*_{}[]()#+!|~@", r):
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
