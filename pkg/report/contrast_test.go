package report

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// luminance is the relative luminance of a colour (WCAG 2.2, definitions).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Every text of the page can be read on its ground, in light and dark (WCAG 2.2, 1.4.3).
func TestContrast(t *testing.T) {
	const least = 4.5
	sets := strings.SplitN(htmlStyle, "@media screen and (prefers-color-scheme:dark)", 2)
	if len(sets) != 2 {
		t.Fatal("no dark colours")
	}
	for i, set := range sets {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+):(#[0-9a-f]{6})`).FindAllStringSubmatch(set, -1) {
			colours[m[1]] = m[2]
		}
		for text, grounds := range map[string][]string{
			"text": {"ground", "panel"}, "quiet": {"ground", "panel"}, "link": {"ground", "panel"},
			"ok": {"ok-ground"}, "warning": {"warning-ground"}, "critical": {"critical-ground"},
		} {
			for _, ground := range grounds {
				a, b := luminance(t, colours[text]), luminance(t, colours[ground])
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < least {
					t.Errorf("set %d: %s on %s is %.2f:1", i, text, ground, ratio)
				}
			}
		}
	}
}

// A cell that a spreadsheet would compute is a text in it.
func TestCells(t *testing.T) {
	s := Sheet{Words: plainWords{}}
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+81": "'+81", "-x": "'-x", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx", " =1": "' =1", "＝1": "'＝1", "a=b": "a=b", "": "",
		"a\n=1": "a\n=1",
	} {
		if got := s.cell(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

// plainWords has keys for words, and leaves texts as they are.
type plainWords struct{ keys }

func (plainWords) T(key string, _ problem.Params) string { return key }
func (plainWords) Clean(text string) string              { return text }
func (plainWords) Lang() string                          { return "en" }
