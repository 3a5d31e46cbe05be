package term

import (
	"bufio"
	"context"
	"errors"
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

// Files of the folder that is left out are named as they lie there before lines are broken.
func TestWrapLeavesAFolderOut(t *testing.T) {
	s := &Streams{Folder: "/tmp/apnsctl-demo-1234567890/"}
	const in, want = "  apnsctl --config /tmp/apnsctl-demo-1234567890/config.yaml verify FILE -p school", "  apnsctl --config config.yaml verify FILE -p school"
	if got := s.Wrap(in, 60); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := (&Streams{}).Wrap("one two", 5); got != "one\ntwo" {
		t.Errorf("got %q", got)
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
		{"Japanese breaks between phrases", "証明書の期限が切れました", "証明書の\n期限が切れ\nました", 10},
		{"a katakana word stays whole", "署名の書式はベンダーの証明書", "署名の書式は\nベンダーの証明書", 16},
		{"an honorific stays with its word", "自社とお客様が確認", "自社と\nお客様が\n確認", 8},
		{"a phrase longer than a line breaks between characters", "証明書署名要求書式確認", "証明書署名\n要求書式確\n認", 10},
		{"a line is not left half empty", "この有効期限切間近証明書署名要求書式確認", "この有効期限切間近証\n明書署名要求書式確認", 20},
		{"no line starts with a full stop", "あいうえお。かき", "あいうえ\nお。かき", 10},
		{"no line ends with an opening bracket", "あいうえ「お」", "あいうえ\n「お」", 10},
		{"a command that fits stays", "  aaa bbb ccc", "  aaa bbb ccc", 13},
		{"a command goes on after a backslash", "  aaa bbb ccc", "  aaa \\\n    bbb \\\n    ccc", 9},
		{"its last line needs no room for one", "  aaa bbbb c", "  aaa \\\n    bbbb c", 10},
		{"a quoted name stays whole", "  aaa 'b \"b' c", "  aaa \\\n    'b \"b' c", 12},
		{"a quoted name with an apostrophe stays whole", `  aaa 'O'\''B c' d e`, "  aaa \\\n    'O'\\''B c' \\\n    d e", 14},
		{"a backslash takes a space along", `  aaa b\ c d`, "  aaa \\\n    b\\ c d", 11},
		{"no break within a compound verb", "一方が正しく組み合わせを確認", "一方が正しく\n組み合わせを確認", 16},
		{"what something is done to ends a phrase before a number, too", "画面の表示倍率を100%にしてください", "画面の表示倍率を\n100%にしてください", 20},
		{"a number stays with what it counts", "証明書の期限まで残り30日です", "証明書の期限まで\n残り30日です", 20},
		{"a number stays with its counter", "省略時は2回入力を求める", "省略時は\n2回入力を\n求める", 9},
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

// fakeDevice answers with what was typed, or not at all.
type fakeDevice struct {
	*strings.Reader
	shown    strings.Builder
	silent   bool
	restored bool
}

func (d *fakeDevice) Read(p []byte) (int, error) {
	if d.silent {
		select {}
	}
	return d.Reader.Read(p)
}
func (d *fakeDevice) Write(p []byte) (int, error) { return d.shown.Write(p) }
func (d *fakeDevice) Close() error                { return nil }
func (d *fakeDevice) MakeRaw() error              { return nil }
func (d *fakeDevice) ReadSecret() ([]byte, error) { return bufio.NewReader(d).ReadBytes('\n') }
func (d *fakeDevice) Flush() error                { return nil }
func (d *fakeDevice) Restore() error              { d.restored = true; return nil }

func TestAsk(t *testing.T) {
	for _, tt := range []struct{ name, typed, want string }{
		{"a line", " yes \n", "yes"},
		{"a line without its end", "yes", "yes"},
		{"an empty line", "\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := Test()
			d := &fakeDevice{Reader: strings.NewReader(tt.typed)}
			s.Device = func() (Device, error) { return d, nil }
			if got, err := s.Ask("sure? "); err != nil || got != tt.want || d.shown.String() != "sure? " {
				t.Errorf("%q, %v; shown %q", got, err, d.shown.String())
			}
		})
	}
}

func TestAskEndsWithTheInput(t *testing.T) {
	s, _, _ := Test()
	s.Device = func() (Device, error) { return &fakeDevice{Reader: strings.NewReader("")}, nil }
	if _, err := s.Ask("? "); !errors.Is(err, context.Canceled) {
		t.Errorf("after Ctrl-D: %v", err)
	}
}

func TestAnInterruptEndsAQuestionAndRestoresTheEcho(t *testing.T) {
	s, _, _ := Test()
	d := &fakeDevice{Reader: strings.NewReader(""), silent: true}
	s.Device = func() (Device, error) { return d, nil }
	done := make(chan struct{})
	close(done)
	s.Done = done
	if _, err := s.AskSecret("secret: "); !errors.Is(err, context.Canceled) || !d.restored {
		t.Errorf("%v, restored: %v", err, d.restored)
	}
}
