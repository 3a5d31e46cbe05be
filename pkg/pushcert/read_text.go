package pushcert

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// minHex is the shortest run of hex digits that can be a file in hex; anything
// shorter is a word or a token.
const minHex = 64

// decoded brings text to UTF-8 without a byte order mark. The finding, if any, names the
// encoding; it matters when the text is PEM.
func decoded(data []byte) ([]byte, []problem.Finding) {
	text, encoding := decode.Text(data)
	if encoding == decode.Plain {
		return text, nil
	}
	params := problem.Params{"encoding": string(encoding)}
	return text, []problem.Finding{problem.Found(problem.PEMBOM, problem.Warning, params)}
}

// repaired undoes what mail, editors and scripts do to a text that somebody pastes: marks of
// quotation, typographic dashes and hard blanks, line ends spelled out, a BEGIN line that was
// not copied. Changed tells that there was any but line ends, which a finding of their own names.
func repaired(text []byte) (plain []byte, changed bool) {
	plain = decode.Plainer(decode.Unquoted(text))
	if changed = !bytes.Equal(plain, text); changed {
		// An editor makes one dash of two.
		plain = regexp.MustCompile(`-+(BEGIN|END) ([A-Z0-9 ]+?) ?-+`).ReplaceAll(plain, []byte(pemDashes+"$1 $2"+pemDashes))
	}
	if _, end, found := bytes.Cut(plain, []byte(pemEnd)); found && !bytes.Contains(plain, []byte(pemBegin)) {
		kind, _, _ := bytes.Cut(end, []byte(pemDashes))
		plain = slices.Concat([]byte(pemBegin), kind, []byte(pemDashes+"\n"), bytes.TrimLeft(plain, "\"' \t\r\n"))
		changed = true
	}
	return plain, changed
}

// isEscaped tells PEM in which line ends are spelled out, as in a JSON or env value.
func isEscaped(text []byte) bool {
	return bytes.Contains(text, []byte(pemDashes+`\`)) || bytes.Contains(text, []byte(`\n`+pemDashes))
}

// unescaped spells line ends with characters again, also where they were escaped twice.
func unescaped(text []byte) []byte {
	return []byte(strings.NewReplacer(`\\r`, "", `\\n`, "\n", `\r`, "", `\n`, "\n", `\/`, "/").Replace(string(text)))
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
	data, err := hex.DecodeString(dense[:len(dense)/2*2]) // half a byte more is a file that was cut off
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

// IsPage tells that a text is a web page, for a caller that reads a file by itself.
func IsPage(text []byte) bool { return isHTML(bytes.TrimLeft(text, " \t\r\n")) }

// isHTML tells a web page: what a browser saves when the portal's session has
// ended, in place of the certificate.
func isHTML(head []byte) bool {
	if !bytes.HasPrefix(head, []byte("<")) {
		return false // most files: not worth a copy in lower case
	}
	start := bytes.ToLower(head[:min(len(head), 1024)])
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return true
		}
	}
	return bytes.Contains(start, []byte("<html"))
}
