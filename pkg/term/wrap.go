package term

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// honorific prefixes belong to the word after them.
const honorific = "おご"

// noLineStart and noLineEnd are the characters that Japanese typesetting keeps from
// the start and the end of a line (JIS X 4051, "kinsoku"), with their half-width forms.
const (
	noLineStart = "、。，．・：；？！」』）〕］｝〉》】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…:;,.!?)]}"
	noLineEnd   = "「『（〔［｛〈《【([{"
)

// Wrap breaks text into lines of at most columns, at spaces and between wide
// characters, best where a phrase ends. A word that is longer than a line stays whole: a topic or a path broken in
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

// Wrap breaks text as the function does, with the files of the folder named as they lie in it.
func (s *Streams) Wrap(text string, columns int) string {
	if s.Folder != "" {
		text = strings.ReplaceAll(text, s.Folder, "")
	}
	return Wrap(text, columns)
}

func wrapLine(line string, columns int) []string {
	var lines []string
	cur := []string{}
	for _, piece := range pieces(line) {
		word := strings.TrimRight(piece, " ")
		if len(cur) > 0 && Width(strings.Join(cur, ""))+Width(word) > columns {
			n := phrases(append(cur, piece), columns)
			lines = append(lines, strings.TrimRight(strings.Join(cur[:n], ""), " "))
			cur = slices.Clone(cur[n:])
		}
		cur = append(cur, piece)
	}
	return append(lines, strings.TrimRight(strings.Join(cur, ""), " "))
}

// phrases returns how many pieces, of those before the last, end a line best: as many as
// end with a phrase, unless more than a quarter of the line would stay empty.
func phrases(pieces []string, columns int) int {
	all := len(pieces) - 1
	for n := all; n > 0 && Width(strings.Join(pieces[:n], "")) >= columns-columns/4; n-- {
		text := strings.Join(pieces[:n], "")
		before, size := utf8.DecodeLastRuneInString(text)
		second, _ := utf8.DecodeLastRuneInString(text[:len(text)-size])
		after, _ := utf8.DecodeRuneInString(pieces[n])
		if endsPhrase(before, after) && !withinVerb(second, before, after) {
			return n
		}
	}
	return all
}

// endsPhrase tells whether a phrase ends between two characters. Japanese is written without
// spaces: a phrase (bunsetsu) ends with its particles, in hiragana, and the next begins with
// kanji, katakana or a Latin word. A number stays with what it counts (残り30日), but for one that is done something to.
func endsPhrase(before, after rune) bool {
	switch {
	case before == ' ', strings.ContainsRune("、。，．：；？！」』）〕］｝〉》】", before), strings.ContainsRune(noLineEnd, after):
		return true
	}
	return unicode.Is(unicode.Hiragana, before) && !unicode.Is(unicode.Hiragana, after) && (before == 'を' || !unicode.IsDigit(after))
}

// stems are the characters that verbs join others with: 組み合わせ, 貼り付け.
const stems = "いきぎしちびみりえけげせべめれ"

// withinVerb tells that two verbs are one word there: kanji, one stem, kanji.
func withinVerb(second, before, after rune) bool {
	return strings.ContainsRune(stems, before) && unicode.Is(unicode.Han, second) && unicode.Is(unicode.Han, after)
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
	if strings.ContainsRune(honorific, before) && unicode.Is(unicode.Han, after) {
		return false
	}
	if unicode.IsDigit(before) && unicode.Is(unicode.Han, after) { // 2回
		return false
	}
	if runeWidth(before) < 2 && runeWidth(after) < 2 {
		return false
	}
	return !strings.ContainsRune(noLineStart, after) && !strings.ContainsRune(noLineEnd, before)
}
