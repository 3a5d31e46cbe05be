package term

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	const up, down = "\x1b[A", "\x1bOB" // in both forms that terminals send
	for _, tt := range []struct {
		name, typed string
		plain       bool
		want        int
		interrupted bool
	}{
		{"Enter takes the first", "\r", false, 0, false},
		{"down", down + "\r", false, 1, false},
		{"up goes round to the last", up + "\r", false, 2, false},
		{"down goes round to the first", down + down + down + "\r", false, 0, false},
		{"a number", "3\r", false, 2, false},
		{"another number", "32\r", false, 1, false},
		{"a number alone", "3", false, -1, true},
		{"what is no key of ours is ignored", "x9" + down + "\n", false, 1, false},
		{"Enter after a lone Esc", down + "\x1b\r", false, 1, false},
		{"a number after a lone Esc", "\x1b3\r", false, 2, false},
		{"an arrow after a lone Esc", "\x1b" + down + "\r", false, 1, false},
		{"a key of a longer sequence is ignored", "\x1b[3~\r", false, 0, false},
		{"Ctrl-C after a lone Esc", "\x1b\x03", false, -1, true},
		{"Ctrl-C", "\x03", false, -1, true},
		{"Ctrl-D", "\x04", false, -1, true},
		{"the end of input", down, false, -1, true},
		{"plain, a number", "2\n", true, 1, false},
		{"plain, nothing", "\n", true, -1, false},
		{"plain, too much", "4\n", true, -1, false},
		{"plain, no number", "two\n", true, -1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := Test()
			s.Plain = tt.plain
			d := &fakeDevice{Reader: strings.NewReader(tt.typed)}
			s.Device = func() (Device, error) { return d, nil }
			got, err := s.Choose("Which?", []string{"a", "b", "c"}, "(keys)")
			if got != tt.want || errors.Is(err, context.Canceled) != tt.interrupted || err != nil && !tt.interrupted {
				t.Errorf("got %d, %v", got, err)
			}
			if shown := d.shown.String(); tt.plain == strings.Contains(shown, "\x1b") || !strings.Contains(shown, "2. b") {
				t.Errorf("shown: %q", shown)
			}
			if !tt.plain && !d.restored {
				t.Error("the terminal stays as it was made for the keys")
			}
		})
	}
}
