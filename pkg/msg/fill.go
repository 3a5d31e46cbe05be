package msg

import (
	"maps"
	"slices"
	"strings"
)

// isCommand tells whether a line of a sentence is a command to be copied.
func isCommand(line string) bool {
	for _, program := range []string{"  apnsctl ", "  git ", "  cp ", "  mv ", "  chmod "} {
		if strings.HasPrefix(line, program) {
			return true
		}
	}
	return false
}

// Fill replaces {name} by the parameter of that name, in one pass: a value that holds
// braces of its own is not looked at again. Values come out clean. In a line that is a command, values are
// quoted for a shell, and a part in brackets, such as [ --email {email}], goes where its value is empty.
// {name|file|files} is the first word where the value is 1, else the second.
func Fill(text string, params map[string]string) string {
	if len(params) == 0 || !strings.Contains(text, "{") {
		return text
	}
	const command = "{command}" // whole, with its own quotes
	text = strings.ReplaceAll(text, "\n  "+command, "\n  "+Clean(params["command"]))
	lines := strings.Split(text, "\n")
	if !slices.ContainsFunc(lines, isCommand) {
		return fill(text, params)
	}
	quoted := maps.Clone(params)
	for k, v := range quoted {
		quoted[k] = Quote(Clean(v))
	}
	for i, line := range lines {
		values := params
		if isCommand(line) {
			line, values = given(line, params), quoted
		}
		lines[i] = fill(line, values)
	}
	return strings.Join(lines, "\n")
}

// given takes the parts in brackets out of a command whose value is empty, and the brackets off the others.
func given(line string, params map[string]string) string {
	for {
		before, rest, found := strings.Cut(line, "[ --")
		part, after, closed := strings.Cut(rest, "}]")
		_, name, named := strings.Cut(part, "{")
		if !found || !closed || !named {
			return line
		}
		if line = before; params[name] != "" {
			line += " --" + part + "}"
		}
		line += after
	}
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
			b.WriteString(Clean(value))
			text = after
			continue
		}
		if word, ok := counted(name, params); ok && closed {
			b.WriteString(word)
			text = after
			continue
		}
		b.WriteString("{")
		text = rest
	}
}

// counted is the word of a place such as {count|file|files}: the first where the value is 1, else the second.
func counted(place string, params map[string]string) (word string, ok bool) {
	name, words, found := strings.Cut(place, "|")
	one, more, both := strings.Cut(words, "|")
	value, known := params[name]
	if value == "1" {
		more = one
	}
	return more, found && both && known
}

// Quote shows a value as a POSIX shell needs it.
func Quote(s string) string {
	special := func(r rune) bool { return r <= ' ' || strings.ContainsRune("*?[]{}()<>|&;$`\"'\\#~!", r) }
	if s != "" && !strings.ContainsFunc(s, special) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
