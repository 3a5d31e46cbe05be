package devices

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
)

// Bounds of a token in bytes. Apple names no length (today's have 32), so hexadecimal of
// any is taken; base64 has no mark of its own, and a word or a UUID is base64 too.
const (
	maxToken    = 1024
	usualToken  = 32
	leastBase64 = 32
)

// spelling reads a token in any of its spellings.
type spelling struct {
	strict *base64.Encoding
	text   [4 * maxToken / 3]byte // base64 in the standard alphabet, without padding
	plain  [maxToken]byte
}

func newSpelling() *spelling { return &spelling{strict: base64.RawStdEncoding.Strict()} }

// append appends the token that text spells to dst, in lower-case hexadecimal: hexadecimal
// in any case, base64, base64url, and as NSData describes itself. What can be read as
// hexadecimal is hexadecimal.
func (s *spelling) append(dst, text []byte) ([]byte, Fault) {
	start := len(dst)
	dst, n := appendHex(dst, text)
	if n < len(text) {
		text = bytes.TrimPrefix(trimBlanks(decode.Plainer(text)), []byte("0x"))
		dst, n = appendHex(dst[:start], text)
	}
	if n == len(text) {
		return dst, hexFault(dst[start:])
	}
	dst = dst[:start]
	if fault := lookAlike(text); fault != "" {
		return dst, fault
	}
	if described, ok := described(text); ok {
		if dst = appendSpaced(dst, described); len(dst) == start {
			return dst, BrokenHex
		}
		return dst, hexFault(dst[start:])
	}
	return s.appendBase64(dst, text)
}

// hexFault says what is wrong with a token of nothing but hexadecimal digits.
func hexFault(digits []byte) Fault {
	switch n := len(digits); {
	case n == 0:
		return NoToken
	case n%2 != 0:
		return OddHex
	case n == udidDigits:
		return UDID
	case n > 2*maxToken:
		return TokenTooLong
	case (n == 86 || n == 88) && isBase64Text(digits):
		return HexOfBase64
	}
	return ""
}

// isBase64Text tells hexadecimal that is the text of a 32-byte token in base64: chance
// would need all 43 bytes to be letters and digits.
func isBase64Text(digits []byte) bool {
	var text [44]byte
	n, err := hex.Decode(text[:], digits)
	if err != nil {
		return false
	}
	for _, c := range bytes.TrimRight(text[:n], "=") {
		if standard(c) == 0 {
			return false
		}
	}
	return true
}

// appendHex appends the hexadecimal digits that text begins with, in lower case, and
// tells how many there are.
func appendHex(dst, text []byte) ([]byte, int) {
	for i, c := range text {
		d := hexDigits[c]
		if d == 0 {
			return dst, i
		}
		dst = append(dst, d)
	}
	return dst, len(text)
}

// appendSpaced appends hexadecimal with blanks in it, or nothing if there is anything else.
func appendSpaced(dst, text []byte) []byte {
	start := len(dst)
	for _, c := range text {
		switch d := hexDigits[c]; {
		case d != 0:
			dst = append(dst, d)
		case c != ' ' && c != '\t':
			return dst[:start]
		}
	}
	return dst
}

// appendBase64 appends a token in base64 of either alphabet, padded or not.
func (s *spelling) appendBase64(dst, text []byte) ([]byte, Fault) {
	body := bytes.TrimRight(text, "=")
	if len(body) > len(s.text) {
		return dst, TokenTooLong
	}
	digits := 0
	for i, c := range body {
		if s.text[i] = standard(c); s.text[i] == 0 {
			return dst, notBase64(text)
		}
		if hexDigits[c] != 0 {
			digits++
		}
	}
	n, err := s.strict.Decode(s.plain[:], s.text[:len(body)])
	switch {
	case mostly(digits, len(body)) && len(body) > 44:
		return dst, BrokenHex
	case err != nil, n < leastBase64, len(text)-len(body) > 2:
		return dst, notBase64(text)
	}
	return hex.AppendEncode(dst, s.plain[:n]), ""
}

// notBase64 tells a damaged hexadecimal token from what never was one.
func notBase64(text []byte) Fault {
	digits := 0
	for _, c := range text {
		if hexDigits[c] != 0 {
			digits++
		}
	}
	if mostly(digits, len(text)) {
		return BrokenHex
	}
	return NotAToken
}

// mostly tells whether so many hexadecimal digits of all are no chance: base64 of random
// bytes has 22 in 64, and three quarters lie beyond nine standard deviations.
func mostly(digits, all int) bool { return 4*digits > 3*all }

// standard maps the two base64 alphabets to the standard one; 0 is in neither.
func standard(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
		return c
	case c == '-':
		return '+'
	case c == '_':
		return '/'
	}
	return 0
}

// hexDigits maps a byte to its lower-case hexadecimal digit, 0 if it is none. A lookup
// has no branch to mispredict, which random digits would do every other time.
const hexDigits = none16 + none16 + none16 +
	"0123456789" + none7 + "abcdef" + none7 + none16 + none + none + none + "abcdef" +
	none7 + none + none + none16 + none16 + none16 + none16 + none16 + none16 + none16 + none16 + none16

const (
	none   = "\x00"
	none7  = none + none + none + none + none + none + none
	none16 = none7 + none7 + none + none
)
