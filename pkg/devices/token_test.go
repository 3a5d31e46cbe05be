package devices

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
)

// raw is the token of the tests: 32 bytes of which no spelling is a special case.
var raw = []byte("\x74\x0f\x47\x07\xbe\xbc\xf7\x4f\x9b\x7c\x25\xd4\x8e\x33\x58\x94\x5f\x6a\xa0\x1d\xa5\xdd\xb3\x87\x46\x2c\x7e\xaf\x61\xbb\x78\xad")

func TestTokenSpellings(t *testing.T) {
	token := hex.EncodeToString(raw)
	standard := base64.StdEncoding.EncodeToString(raw)
	url := base64.URLEncoding.EncodeToString(append([]byte{0xfb, 0xff, 0xfe}, raw...))
	long := hex.EncodeToString(append([]byte{0xfb, 0xff, 0xfe}, raw...))
	for _, c := range []struct {
		name, text, want string
		fault            Fault
	}{
		{name: "lower-case hex", text: token, want: token},
		{name: "upper-case hex", text: strings.ToUpper(token), want: token},
		{name: "base64", text: standard, want: token},
		{name: "base64 without padding", text: strings.TrimRight(standard, "="), want: token},
		{name: "base64url", text: url, want: long},
		{name: "description of NSData", text: "<" + token[:8] + " " + token[8:] + ">", want: token},
		{name: "a length that is not today's", text: "abcd", want: "abcd"},
		{name: "nothing", fault: NoToken},
		{name: "nothing in brackets", text: "<>", fault: BrokenHex},
		{name: "a digit lost", text: token[1:], fault: OddHex},
		{name: "a letter O for a zero", text: strings.Replace(token, "0", "O", 1), fault: BrokenHex},
		{name: "hex of the base64 text", text: hex.EncodeToString([]byte(standard)), fault: HexOfBase64},
		{name: "0x before it", text: "0x" + token, want: token},
		{name: "hard blanks and no width", text: "\u00a0" + token[:9] + "\u200b" + token[9:] + "\u3000", want: token},
		{name: "description with braces, whole", text: "{length = 32, bytes = 0x" + token[:8] + " " + token[8:] + " }", want: token},
		{name: "description without braces", text: "length = 32, bytes = 0x" + token, want: token},
		{name: "description, shortened", text: "{length = 32, bytes = 0x740f4707 bebcf74f 9b7c25d4 ... 61bb78ad }", fault: PrintedShort},
		{name: "description, one character for three", text: "{length = 32, bytes = 0x740f4707 bebcf74f … 61bb78ad }", fault: PrintedShort},
		{name: "description in brackets, shortened", text: "<740f4707 bebcf74f ... 61bb78ad>", fault: PrintedShort},
		{name: "description cut off at the comma", text: "{length = 32", fault: PrintedShort},
		{name: "description of something else", text: "{length = 32, bytes = 0xyz }", fault: BrokenHex},
		{name: "Swift's description", text: "32 bytes", fault: PrintedShort},
		{name: "Swift's description, optional", text: "Optional(32 bytes)", fault: PrintedShort},
		{name: "a UDID", text: "00008030-000A1B2C3D4E5F60", fault: UDID},
		{name: "an old UDID", text: token[:40], fault: UDID},
		{name: "a UUID", text: "3d9d0f4e-0000-4000-8000-5a1fcb1f2f5c", fault: UUID},
		{name: "a word that is base64", text: "pushtoken123", fault: NotAToken},
		{name: "base64 cut short", text: standard[:20], fault: NotAToken},
		{name: "base64 with bits left over", text: standard[:42] + "f", fault: NotAToken},
		{name: "too much padding", text: standard + "==", fault: NotAToken},
		{name: "something else in brackets", text: "<xyz>", fault: BrokenHex},
		{name: "longer than any token", text: strings.Repeat("ab", maxToken+1), fault: TokenTooLong},
		{name: "longer than any base64", text: strings.Repeat("zx", 2*maxToken), fault: TokenTooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := newSpelling().append([]byte("before"), []byte(c.text))
			if fault != c.fault || fault == "" && string(got) != "before"+c.want {
				t.Errorf("got %q, fault %q; want %q, %q", got, fault, c.want, c.fault)
			}
		})
	}
}

func TestHexDigitsAreAllAndOnlyThose(t *testing.T) {
	if len(hexDigits) != 256 {
		t.Fatalf("the table has %d entries", len(hexDigits))
	}
	for c := range 256 {
		want := byte(0)
		if strings.Contains("0123456789abcdefABCDEF", string(rune(c))) && c < 128 {
			want = strings.ToLower(string(rune(c)))[0]
		}
		if hexDigits[c] != want {
			t.Errorf("%q gives %q, want %q", rune(c), hexDigits[c], want)
		}
	}
}
