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
	s.Screen = 8
	p := s.Progress()
	p.Draw("証明書を送信")
	p.Draw("ab")
	p.Clear()
	if got, want := errs.String(), "\r証明書"+"\rab    "+"\r  "+"\r"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Screen = 300
	errs.Reset()
	s.Progress().Draw(strings.Repeat("x", 100))
	if got := errs.Len(); got != term.Columns {
		t.Errorf("%d bytes", got)
	}
	if out.Len() > 0 {
		t.Errorf("%q on standard output", out)
	}
}
