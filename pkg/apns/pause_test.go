package apns

import (
	"testing"
	"time"
)

func TestPausesGrowWithinBounds(t *testing.T) {
	a, b := newBackoff(1), newBackoff(1)
	for tries := range 100 {
		got := a.pause(pauseFirst, pauseMost, tries)
		want := min(pauseMost, pauseFirst<<min(tries, 16))
		if got < want/2 || got > want {
			t.Errorf("pause %d is %v, want up to %v", tries, got, want)
		}
		if again := b.pause(pauseFirst, pauseMost, tries); again != got {
			t.Errorf("the same seed gives %v and %v", got, again)
		}
	}
}

func TestProviderTokensAreRenewedAsAppleAllows(t *testing.T) {
	signed := 0
	b, err := newBearer(func() (string, error) { signed++; return "jwt", nil })
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		at      time.Duration
		expired bool // a push came back with ExpiredProviderToken
		again   bool
		signed  int
	}{
		{19 * time.Minute, true, false, 1},
		{39 * time.Minute, false, false, 1},
		{40 * time.Minute, false, false, 2},
		{41*time.Minute - time.Second, true, true, 2}, // sent with the token before
		{55 * time.Minute, true, false, 2},
		{61 * time.Minute, true, true, 3},
	}
	for _, step := range steps {
		if step.expired {
			if got := b.expired(step.at, 1); got != step.again {
				t.Errorf("at %v: sent again: %v", step.at, got)
			}
		} else if err := b.renew(step.at, bearerOld); err != nil {
			t.Fatal(err)
		}
		if signed != step.signed {
			t.Errorf("at %v: %d tokens signed, want %d", step.at, signed, step.signed)
		}
	}
	if b.expired(61*time.Minute, 2) {
		t.Error("a push is sent again twice over an expired token")
	}
}
