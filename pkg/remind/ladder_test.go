package remind

import (
	"slices"
	"testing"
)

func TestParseLadder(t *testing.T) {
	for text, want := range map[string]Ladder{
		"90,60,30,7-1,0": {90, 60, 30, 7, 6, 5, 4, 3, 2, 1, 0},
		" 30 , 7 ":       {30, 7},
		"1-3":            {3, 2, 1},
		"0--2":           {0, -1, -2},
		"-1--3":          {-1, -2, -3},
		"-7":             {-7},
		"7,7,7-6":        {7, 6},
		"3650":           {3650},
	} {
		if got, err := ParseLadder(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", ",", "30,", "soon", "7-", "-", "7-x", "+7", "3651", "-3651", "3000--3000", "1 2", "1-2-3", "--7-", "7.5", "٣"} {
		if got, err := ParseLadder(text); err == nil {
			t.Errorf("%q: %v, want an error", text, got)
		}
	}
}

func TestDue(t *testing.T) {
	ladder := Ladder{90, 60, 30, 7, 1, 0, -7}
	for _, row := range []struct {
		days, lowest int
		told         bool
		rung         int
		due          bool
	}{
		{91, 0, false, 0, false},
		{90, 0, false, 90, true},
		{61, 90, true, 0, false},
		{60, 90, true, 60, true},
		{5, 90, true, 7, true}, // after missed days the nearest alone
		{5, 7, true, 0, false},
		{0, 1, true, 0, true},
		{-3, 1, true, 0, true}, // late, but told
		{-3, 0, true, 0, false},
		{-7, 0, true, -7, true},
		{-100, 0, true, -7, true},
		{-100, -7, true, 0, false},
		{40, 30, true, 0, false}, // a clock set back
	} {
		if rung, due := ladder.Due(row.days, row.lowest, row.told); rung != row.rung || due != row.due {
			t.Errorf("%d days, told %d (%v): %d %v, want %d %v", row.days, row.lowest, row.told, rung, due, row.rung, row.due)
		}
	}
}

func FuzzParseLadder(f *testing.F) {
	f.Add("90,60,30,7-1,0")
	f.Add("-1--3,0")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLadder(text)
		if err != nil {
			return
		}
		if len(l) == 0 || len(l) > mostRungs || !slices.IsSortedFunc(l, func(a, b int) int { return b - a }) {
			t.Errorf("%q: %v", text, l)
		}
		for _, rung := range l {
			if got, ok := l.Nearest(rung); !ok || got != rung {
				t.Errorf("%q: nearest to %d is %d, %v", text, rung, got, ok)
			}
		}
	})
}
