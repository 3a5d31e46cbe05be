package msg

import (
	"maps"
	"strings"
)

// commandLine is how a line of a sentence begins that is a command to be copied.
const commandLine = "  apnsctl "

// Fill replaces {name} by the parameter of that name, in one pass: a value that holds
// braces of its own is not looked at again. In a line that is a command, values are
// quoted for a shell.
func Fill(text string, params map[string]string) string {
	if len(params) == 0 || !strings.Contains(text, "{") {
		return text
	}
	if !strings.Contains(text, commandLine) {
		return fill(text, params)
	}
	quoted := maps.Clone(params)
	for k, v := range quoted {
		quoted[k] = Quote(v)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		values := params
		if strings.HasPrefix(line, commandLine) {
			values = quoted
		}
		lines[i] = fill(line, values)
	}
	return strings.Join(lines, "\n")
}

func fill(text string, params map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if value, ok := params[name]; ok && closed {
			b.WriteString(value)
			text = after
			continue
		}
		b.WriteString("{")
		text = rest
	}
}

// Quote shows a value as a POSIX shell needs it.
func Quote(s string) string {
	special := func(r rune) bool { return r <= ' ' || strings.ContainsRune("*?[]{}()<>|&;$`\"'\\#~!", r) }
	if s != "" && !strings.ContainsFunc(s, special) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
