package msg

import (
	"strings"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/internal/mask"
)

// Clean makes a value fit to stand in a sentence: whatever would move the cursor, turn the
// direction of writing or end the line becomes U+FFFD, and of a private key its beginning alone
// is left. Names in a file, file names and a server's words are other people's text.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if !Shown(r) {
			return unicode.ReplacementChar
		}
		return r
	}, mask.Keys(s))
}

// Shown tells whether a character stands on the line for itself: it is no control or
// format character (Unicode categories Cc and Cf) and no separator of lines (Zl, Zp).
func Shown(r rune) bool {
	if r >= ' ' && r <= '~' {
		return true
	}
	return !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
