package term

import (
	"strings"
	"testing"
)

func TestWidth(t *testing.T) {
	for _, tt := range []struct {
		s    string
		want int
	}{
		{"", 0},
		{"abc", 3},
		{"証明書", 6},
		{"ﾌﾟｯｼｭ", 5},
		{"プッシュ", 8},
		{"e\u0301", 1},
		{"…", 1},
		{"（）", 4},
	} {
		if got := Width(tt.s); got != tt.want {
			t.Errorf("Width(%q) = %d, want %d", tt.s, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	topic := "com.apple.mgmt.External.0a1b2c3d-0000-4000-8000-000000000000"
	for _, tt := range []struct {
		name, in, want string
		columns        int
	}{
		{"short lines stay", "one two", "one two", 20},
		{"breaks at spaces", "one two three", "one two\nthree", 8},
		{"a topic is never broken", "the topic is " + topic + " now", "the topic is\n" + topic + "\nnow", 40},
		{"Japanese breaks between characters", "証明書の期限が切れました", "証明書の期\n限が切れま\nした", 10},
		{"no line starts with a full stop", "あいうえお。かき", "あいうえ\nお。かき", 10},
		{"no line ends with an opening bracket", "あいうえ「お」", "あいうえ\n「お」", 10},
		{"the indent is kept", "  aaa bbb ccc", "  aaa bbb\n  ccc", 9},
		{"empty lines stay", "a\n\nb", "a\n\nb", 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Wrap(tt.in, tt.columns); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestPadLinesUpFullWidthCharacters(t *testing.T) {
	for _, s := range []string{"", "abc", "証明書", "ﾌﾟｯｼｭ"} {
		if got := Width(Pad(s, 8)); got != 8 {
			t.Errorf("Pad(%q, 8) is %d columns wide", s, got)
		}
	}
}

func TestPaintOnlyWithColor(t *testing.T) {
	s, _, _ := Test()
	if got := s.Paint(Red, "x"); got != "x" {
		t.Errorf("without colour: %q", got)
	}
	s.Color = true
	if got := s.Paint(Red, "x"); got != "\x1b[1;31mx\x1b[0m" {
		t.Errorf("with colour: %q", got)
	}
}

func TestCleanDefusesEscapes(t *testing.T) {
	got := Clean("a\x1b[2Jb\u202ec\nd")
	if strings.ContainsAny(got, "\x1b\u202e") || !strings.Contains(got, "\n") {
		t.Errorf("got %q", got)
	}
}
