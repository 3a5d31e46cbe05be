package term

// wrapCommand breaks a command that is too long for a line as a shell lets it be
// broken: between arguments, with a backslash at the end. What is in quotation marks
// stays together.
func wrapCommand(line string, columns int) []string {
	const more, indent = ` \`, "  "
	var lines []string
	cur := ""
	words := shellWords(line)
	for i, word := range words {
		room := columns
		if i < len(words)-1 {
			room -= len(more)
		}
		switch next := cur + " " + word; {
		case cur == "":
			cur = word
		case Width(next) <= room:
			cur = next
		default:
			lines = append(lines, cur+more)
			cur = indent + word
		}
	}
	return append(lines, cur)
}

// shellWords splits at spaces that stand outside of quotation marks. A backslash takes the next character
// as it is, but for one in single quotation marks (POSIX, Shell Command Language 2.2).
func shellWords(line string) []string {
	var words []string
	var quote byte
	start, literal := 0, -1
	for i := range len(line) {
		switch c := line[i]; {
		case i == literal:
		case c == '\\' && quote != '\'':
			literal = i + 1
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		case c == ' ' && quote == 0:
			words, start = append(words, line[start:i]), i+1
		}
	}
	return append(words, line[start:])
}
