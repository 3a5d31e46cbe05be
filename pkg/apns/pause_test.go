package apns

import (
	"testing"
	"time"
)

func TestPausesGrowWithinBounds(t *testing.T) {
	most := defaults().pause
	a, b := newBackoff(1, most), newBackoff(1, most)
	for tries := range 100 {
		got := a.pause(pauseFirst, tries)
		want := min(most, pauseFirst<<min(tries, 16))
		if got < want/2 || got > want {
			t.Errorf("pause %d is %v, want up to %v", tries, got, want)
		}
		if again := b.pause(pauseFirst, tries); again != got {
			t.Errorf("the same seed gives %v and %v", got, again)
		}
	}
}

func TestTheSecondTryAfterAServerErrorIsWithinThirtySeconds(t *testing.T) {
	b := newBackoff(1, defaults().pause)
	for range 100 {
		again, pause := b.policy(Twice, 1)
		if !again || pause < time.Second || pause > 20*time.Second {
			t.Fatalf("again %v after %v", again, pause)
		}
	}
	if again, _ := b.policy(Twice, 2); again {
		t.Error("there is a third try")
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
