package term_test

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/term"
)

func TestBar(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{
		0:     "[    ]   0%",
		0.2:   "[    ]  20%",
		0.5:   "[##  ]  50%",
		0.999: "[### ] 100%",
		1:     "[####] 100%",
	} {
		if got := term.Bar(share, 4); got != want {
			t.Errorf("%v: %q", share, got)
		}
	}
}

// A shorter line leaves nothing of a longer one, and no line is as wide as the terminal.
func TestProgress(t *testing.T) {
	t.Parallel()
	s, out, errs := term.Test()
	columns := 8
	s.ErrScreen = func() int { return columns }
	p := s.Progress()
	p.Draw("証明書", "を送信")
	p.Draw("ab")
	p.Draw("abcde")
	columns = 5 // by now
	p.Draw("1", "234")
	p.Draw("12345")
	p.Clear()
	if got, want := errs.String(), "\r証明書"+"\rab    "+"\rabcde"+"\r1234"+"\r    "+"\r  "+"\r"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	columns = 300
	errs.Reset()
	s.Progress().Draw("x", strings.Repeat("x", term.Columns))
	if got := errs.String(); got != "\rx" {
		t.Errorf("%q", got)
	}
	if out.Len() > 0 {
		t.Errorf("%q on standard output", out)
	}
}
