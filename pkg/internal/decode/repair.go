package decode

import (
	"bytes"
	"strings"
	"unicode"
)

// Plainer returns text with the characters that editors, mail and web pages put in place of
// plain ones turned back: hard and wide blanks become spaces, typographic dashes hyphens,
// and what has no width goes. Text without any of them comes back as it is.
func Plainer(text []byte) []byte {
	if isASCII(text) {
		return text
	}
	return bytes.Map(plainer, text)
}

func plainer(r rune) rune {
	switch {
	case r < unicode.MaxASCII:
		return r
	case strings.ContainsRune("\u200b\u200c\u200d\u2060\ufeff\u00ad", r): // no width
		return -1
	case unicode.Is(unicode.Zs, r): // U+00A0, U+202F, U+3000 and their like
		return ' '
	case unicode.Is(unicode.Pd, r), r == '\u2212': // dashes, and the minus sign
		return '-'
	}
	return r
}

// Unquoted returns text without the marks that mail programs put before the lines that they
// quote ("> ", also several). Lines without a mark stay as they are.
func Unquoted(text []byte) []byte {
	if !bytes.HasPrefix(text, []byte(">")) && !bytes.Contains(text, []byte("\n>")) {
		return text
	}
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		for bytes.HasPrefix(line, []byte(">")) {
			line = bytes.TrimPrefix(line[1:], []byte(" "))
		}
		out.Write(line)
	}
	return out.Bytes()
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c > unicode.MaxASCII {
			return false
		}
	}
	return true
}
