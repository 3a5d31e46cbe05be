package term

import "strings"

// noLineStart and noLineEnd are the characters that Japanese typesetting keeps from
// the start and the end of a line (JIS X 4051, "kinsoku"), with their half-width forms.
const (
	noLineStart = "、。，．・：；？！」』）〕］｝〉》】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…:;,.!?)]}"
	noLineEnd   = "「『（〔［｛〈《【([{"
)

// Wrap breaks text into lines of at most columns, at spaces and between wide
// characters. A word that is longer than a line stays whole: a topic or a path broken in
// two cannot be copied. Line breaks and the spaces that indent a line are kept. An
// indented line is a command, which goes on after a backslash.
func Wrap(text string, columns int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		body := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(body)]
		lines := []string{strings.TrimRight(body, " ")}
		switch left := columns - len(indent); {
		case Width(lines[0]) <= left:
		case indent == "":
			lines = wrapLine(body, left)
		default:
			lines = wrapCommand(body, left)
		}
		for i, l := range lines {
			if i > 0 || l != "" {
				l = indent + l
			}
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

func wrapLine(line string, columns int) []string {
	var lines []string
	cur, width := "", 0
	for _, piece := range pieces(line) {
		word := strings.TrimRight(piece, " ")
		if cur != "" && width+Width(word) > columns {
			lines = append(lines, strings.TrimRight(cur, " "))
			cur, width = "", 0
		}
		cur += piece
		width += Width(piece)
	}
	return append(lines, strings.TrimRight(cur, " "))
}

// pieces cuts a line wherever it may be broken: after spaces, and around each wide
// character unless typesetting forbids it.
func pieces(line string) []string {
	var out []string
	start := 0
	runes := []rune(line)
	for i := 1; i < len(runes); i++ {
		if mayBreak(runes[i-1], runes[i]) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	return append(out, string(runes[start:]))
}

func mayBreak(before, after rune) bool {
	if after == ' ' {
		return false
	}
	if before == ' ' {
		return true
	}
	if runeWidth(before) < 2 && runeWidth(after) < 2 {
		return false
	}
	return !strings.ContainsRune(noLineStart, after) && !strings.ContainsRune(noLineEnd, before)
}
