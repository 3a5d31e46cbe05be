package disk

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// Name makes a profile's name safe as a part of file names on every system. A profile
// whose file name some systems cannot tell from another's (Acme and acme) has a mark at its
// end, unless it is the one that is spelt as such a system sees it.
func Name(profile string, others []string) string {
	name := safeName(profile)
	for _, other := range others {
		if other != profile && asSeen(safeName(other)) == asSeen(name) && asSeen(name) != name {
			return name + digestMark(profile)
		}
	}
	return name
}

// safeName writes what some system does not take in a file name as %XX, as in an address
// (RFC 3986, 2.1): the characters that Windows forbids, its devices' names, blanks and dots
// at the end, and what cannot be seen. No two names become one.
func safeName(profile string) string {
	const most = 100 // bytes; systems take 255, with what comes before and after
	var name strings.Builder
	for i := 0; i < len(profile); {
		r, width := utf8.DecodeRuneInString(profile[i:])
		last := i+width == len(profile)
		switch {
		case strings.ContainsRune(`/\:*?"<>|%~`, r), !msg.Shown(r), r == utf8.RuneError,
			last && strings.ContainsRune(" .", r), i == 0 && (strings.ContainsRune("-.", r) || isDevice(profile)):
			for _, b := range []byte(profile[i : i+width]) {
				fmt.Fprintf(&name, "%%%02X", b)
			}
		default:
			name.WriteRune(r)
		}
		i += width
	}
	if name.Len() <= most {
		return name.String()
	}
	return strings.ToValidUTF8(name.String()[:most], "") + digestMark(profile)
}

// digestMark tells names apart that are alike. No safe name holds a "~" otherwise.
func digestMark(profile string) string {
	return fmt.Sprintf("~%x", sha256.Sum256([]byte(profile)))[:17]
}

// asSeen is a file name as systems see it that take upper and lower case, and Unicode's
// two forms, for the same.
func asSeen(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// isDevice tells whether Windows takes a name for a device, whatever its ending.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		if number, ok := strings.CutPrefix(stem, port); ok && strings.Contains("0123456789\u00b9\u00b2\u00b3", number) {
			return len([]rune(number)) == 1
		}
	}
	return false
}

// NamesFile tells whether a word is the name of a file that is there, and looks like one: it has an
// ending, or a folder before it.
func NamesFile(word string) bool {
	if filepath.Ext(word) == "" && filepath.Base(word) == word {
		return false
	}
	info, err := os.Stat(word)
	return err == nil && info.Mode().IsRegular()
}

// Glance is the text of a small file, for a hint: empty where there is none that can be read at once.
func Glance(name string) string {
	const most = 64 << 10
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return ""
	}
	data, _ := os.ReadFile(name) // a hint less
	return string(data)
}
