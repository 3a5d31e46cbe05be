package pushcert

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The byte order marks that Windows editors and PowerShell put before text.
const (
	markUTF8    = "\xEF\xBB\xBF"
	markUTF16LE = "\xFF\xFE"
	markUTF16BE = "\xFE\xFF"
)

// minHex is the shortest run of hex digits that can be a file in hex; anything
// shorter is a word or a token.
const minHex = 64

// unmarked brings text to UTF-8 without a byte order mark. The finding, if any,
// names the mark that was there; it matters when the text is PEM or a request.
func unmarked(data []byte) ([]byte, []problem.Finding) {
	marked := func(encoding string) []problem.Finding {
		return []problem.Finding{problem.Found(problem.PEMBOM, problem.Warning, problem.Params{"encoding": encoding})}
	}
	switch {
	case bytes.HasPrefix(data, []byte(markUTF8)):
		return data[len(markUTF8):], marked("UTF-8")
	case bytes.HasPrefix(data, []byte(markUTF16LE)):
		return []byte(utf16Text(data[len(markUTF16LE):], binary.LittleEndian)), marked("UTF-16LE")
	case bytes.HasPrefix(data, []byte(markUTF16BE)):
		return []byte(utf16Text(data[len(markUTF16BE):], binary.BigEndian)), marked("UTF-16BE")
	}
	return data, nil
}

func utf16Text(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// withoutSpace removes all white space, as base64 in files of the process carries
// it in every place (reference 1.2).
func withoutSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// fromHex decodes text that holds nothing but hex digits and white space: the
// form in which mdmcert.download mails its answer (reference 1.9).
func fromHex(text []byte) ([]byte, bool) {
	for _, c := range text {
		if !isHexDigit(c) && !isSpace(c) {
			return nil, false
		}
	}
	dense := withoutSpace(string(text))
	if len(dense) < minHex {
		return nil, false
	}
	data, err := hex.DecodeString(dense)
	return data, err == nil
}

// fromBase64 decodes text that holds nothing but base64 and white space, in the
// standard or the URL alphabet, padded or not.
func fromBase64(text []byte) ([]byte, bool) {
	for _, c := range text {
		if !isBase64(c) && !isSpace(c) {
			return nil, false
		}
	}
	dense := strings.TrimRight(withoutSpace(string(text)), "=")
	dense = strings.NewReplacer("-", "+", "_", "/").Replace(dense)
	data, err := base64.RawStdEncoding.DecodeString(dense)
	return data, err == nil && len(data) > 0
}

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '+' || c == '/' || c == '-' || c == '_' || c == '='
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// isText tells text from binary data: no control characters but white space in
// its first kilobyte.
func isText(data []byte) bool {
	for _, c := range data[:min(len(data), 1024)] {
		if c < ' ' && !isSpace(c) && c != '\f' || c == 0x7F {
			return false
		}
	}
	return true
}
