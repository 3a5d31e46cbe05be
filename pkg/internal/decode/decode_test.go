package decode

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// wide is text in UTF-16, least significant byte first or last.
func wide(text string, little bool) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		low, high := byte(unit), byte(unit>>8)
		if little {
			out = append(out, low, high)
		} else {
			out = append(out, high, low)
		}
	}
	return string(out)
}

func TestText(t *testing.T) {
	const text = "token,名前\r\n"
	for name, tt := range map[string]struct {
		in, want string
		encoding Encoding
	}{
		"plain":                  {text, text, Plain},
		"UTF-8 with mark":        {"\ufeff" + text, text, UTF8},
		"UTF-16LE with mark":     {wide("\ufeff"+text, true), text, UTF16LE},
		"UTF-16BE with mark":     {wide("\ufeff"+text, false), text, UTF16BE},
		"UTF-16LE without mark":  {wide("token,magic 名\n", true), "token,magic 名\n", UTF16LE},
		"UTF-16BE without mark":  {wide("token,magic 名\n", false), "token,magic 名\n", UTF16BE},
		"two characters":         {wide("ab", true), "ab", UTF16LE},
		"a torn pair at the end": {wide("\ufeffab", true) + "c", "ab\ufffd", UTF16LE},
		"half of a surrogate":    {"\xff\xfe\x3d\xd8a\x00", "\ufffda", UTF16LE},
		"emoji":                  {wide("\ufeff🔑x", true), "🔑x", UTF16LE},
		"DER":                    {"\x30\x82\x05\x00\x01\x00", "\x30\x82\x05\x00\x01\x00", Plain},
		"zeros":                  {"\x00\x00\x00\x00", "\x00\x00\x00\x00", Plain},
		"one character":          {"a\x00", "a\x00", Plain},
		"empty":                  {"", "", Plain},
	} {
		t.Run(name, func(t *testing.T) {
			got, encoding := Text([]byte(tt.in))
			if string(got) != tt.want || encoding != tt.encoding {
				t.Errorf("Text = %q, %q; want %q, %q", got, encoding, tt.want, tt.encoding)
			}
			if name == "DER" {
				return // four bytes are not enough to tell it from text, and no stream is DER
			}
			streamed, err := io.ReadAll(Reader(iotest.OneByteReader(bytes.NewReader([]byte(tt.in)))))
			if string(streamed) != tt.want || err != nil {
				t.Errorf("Reader = %q, %v; want %q", streamed, err, tt.want)
			}
		})
	}
}

func TestReaderPassesErrorsOn(t *testing.T) {
	if _, err := io.ReadAll(Reader(iotest.ErrReader(io.ErrUnexpectedEOF))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}

func TestPlainer(t *testing.T) {
	for in, want := range map[string]string{
		"-----BEGIN X-----":             "-----BEGIN X-----",
		"—–-‐‑‒―−－BEGIN\u00a0X":         "---------BEGIN X",
		"a\u200bb\u2060c\ufeffd\u00ade": "abcde",
		"全角\u3000空白":                    "全角 空白",
	} {
		if got := string(Plainer([]byte(in))); got != want {
			t.Errorf("Plainer(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestUnquoted(t *testing.T) {
	for in, want := range map[string]string{
		"> a\n> b\n":       "a\nb\n",
		">> a\n> > b":      "a\nb",
		"Ann wrote:\n>a\n": "Ann wrote:\na\n",
		"a > b\n":          "a > b\n",
		">":                "",
	} {
		if got := string(Unquoted([]byte(in))); got != want {
			t.Errorf("Unquoted(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSecret(t *testing.T) {
	for in, want := range map[string]string{
		"correct horse":                            "correct horse",
		"\ufeffcorrect-horse\r\n":                  "correct-horse",
		wide("\ufeffcorrect-horse\r\n", true):      "correct-horse",
		wide("correct-horse\r\n", true):            "correct-horse",
		" blanks \t\n":                             " blanks \t",
		"two ends\n\n":                             "two ends\n",
		"\u00a0“smart” — quotes":                   "\u00a0“smart” — quotes",
		"a carriage return stays\rin the middle\r": "a carriage return stays\rin the middle",
	} {
		if got := string(Secret([]byte(in))); got != want {
			t.Errorf("Secret(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSpellings(t *testing.T) {
	for in, want := range map[string][]string{
		"ascii":      {"ascii"},
		"パスワード":      {"パスワード", "ハ\u309aスワート\u3099"},
		"u\u0308ber": {"u\u0308ber", "über"},
	} {
		var got []string
		for _, s := range Spellings([]byte(in)) {
			got = append(got, string(s))
		}
		if !slices.Equal(got, want) {
			t.Errorf("Spellings(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"a", "\ufeffa", wide("\ufeffab", true), wide("ab", false), "\x30\x82"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, encoding := Text(data)
		if encoding == Plain && !bytes.Equal(text, data) {
			t.Errorf("plain text was changed: %q became %q", data, text)
		}
		Spellings(Secret(data))
		Unquoted(Plainer(text))
	})
}
