package decode

import (
	"bytes"

	"golang.org/x/text/unicode/norm"
)

// Secret returns a passphrase or password as it was meant: without byte order mark, in UTF-8,
// and without the one line end that an editor puts at the end of a file. Every other
// character stays, blanks at either end included.
func Secret(data []byte) []byte {
	text, _ := Text(data)
	text = bytes.TrimSuffix(text, []byte("\n"))
	return bytes.TrimSuffix(text, []byte("\r"))
}

// Spellings lists a secret as it was typed and in the two normal forms of Unicode (UAX 15):
// macOS types a voiced kana or an umlaut in two characters where Windows types one. Each
// stands once, the typed one first.
func Spellings(secret []byte) [][]byte {
	all := [][]byte{secret}
	for _, form := range []norm.Form{norm.NFC, norm.NFD} {
		spelling := form.Bytes(secret)
		known := false
		for _, s := range all {
			known = known || bytes.Equal(s, spelling)
		}
		if !known {
			all = append(all, spelling)
		}
	}
	return all
}
