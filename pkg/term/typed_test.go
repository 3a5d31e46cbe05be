package term

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestAskChecked(t *testing.T) {
	const left = "\x1b[D"
	for _, tt := range []struct {
		name, typed, want string
		shows, hides      string
		plain             bool
		interrupted       bool
	}{
		{name: "what is right has no hint", typed: "JP\r", want: "JP", shows: "one more"},
		{name: "taken back", typed: "Jx\x7fP\n", want: "JP"},
		{name: "taken back beyond the beginning", typed: "\x7f\x08JP\r", want: "JP"},
		{name: "cleared", typed: "Japan\x15JP\r", want: "JP", shows: "too long"},
		{name: "Japanese, and taken back by the character", typed: "日本語\x7f\r", want: "日本", shows: "日本語"},
		{name: "arrows are none of it", typed: "J" + left + "\x1bOA\x1b[3~P\r", want: "JP"},
		{name: "Enter after a lone Esc", typed: "JP\x1b\r", want: "JP"},
		{name: "Ctrl-C after a lone Esc", typed: "J\x1b\x03", interrupted: true},
		{name: "a key after a lone Esc is typed", typed: "J\x1bP\r", want: "JP"},
		{name: "Japanese after a lone Esc", typed: "\x1b日本\r", want: "日本", shows: "日本"},
		{name: "an arrow after a lone Esc", typed: "J\x1b" + left + "P\r", want: "JP"},
		{name: "Enter in a sequence that stays open", typed: "JP\x1b[1;\r", want: "JP"},
		{name: "longer than the line", typed: strings.Repeat("a", 100) + "z\r", want: strings.Repeat("a", 100) + "z"},
		{name: "nothing", typed: "\r", want: "", hides: "one more"},
		{name: "Ctrl-C", typed: "J\x03", interrupted: true},
		{name: "Ctrl-D", typed: "\x04", interrupted: true},
		{name: "Ctrl-D after something is none of it", typed: "J\x04P\r", want: "JP"},
		{name: "the end of input", typed: "", interrupted: true},
		{name: "the end of input after something", typed: "JP", want: "JP"},
		{name: "a plain terminal", typed: "Japan\n", want: "Japan", plain: true, hides: "too long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := Test()
			s.Plain = tt.plain
			d := &fakeDevice{Reader: strings.NewReader(tt.typed)}
			s.Device = func() (Device, error) { return d, nil }
			got, err := s.AskChecked("Country: ", func(typed string) string {
				switch n := len(typed); {
				case n > 2:
					return "too long"
				case n < 2:
					return "one more"
				}
				return ""
			})
			if got != tt.want || errors.Is(err, context.Canceled) != tt.interrupted || err != nil && !tt.interrupted {
				t.Errorf("got %q, %v", got, err)
			}
			shown := d.shown.String()
			if !strings.Contains(shown, tt.shows) || tt.hides != "" && strings.Contains(shown, tt.hides) || tt.plain == strings.Contains(shown, "\x1b[K") && tt.typed != "\r" && !tt.interrupted {
				t.Errorf("shown: %q", shown)
			}
			if d.restored == tt.plain {
				t.Errorf("restored: %t", d.restored)
			}
		})
	}
}

func TestAskCheckedWhereTheTerminalIsNarrow(t *testing.T) {
	s, _, _ := Test()
	s.Screen = 40
	d := &fakeDevice{Reader: strings.NewReader("JP\n")}
	s.Device = func() (Device, error) { return d, nil }
	if got, err := s.AskChecked("Country: ", func(string) string { return "hint" }); err != nil || got != "JP" || d.shown.String() != "Country: " {
		t.Errorf("%q, %v; shown %q", got, err, d.shown.String())
	}
}
