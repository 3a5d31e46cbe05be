package apns

import (
	"math/rand/v2"
	"sync"
	"time"
)

// How often a push goes out at most, by what came of the tries.
const (
	triesTwice   = 2  // 500 and 503 ServiceUnavailable: Apple asks for 15 minutes after that
	triesBackoff = 5  // 429
	triesLost    = 5  // broken connections
	triesRefused = 10 // refused streams and closed connections: APNs never looked at it
)

// Pauses between tries.
const (
	pauseFirst   = 250 * time.Millisecond
	pauseRefused = 50 * time.Millisecond
	pauseTwice   = 5 * time.Second // the second try stays well within Apple's 30 s
	// waitMost is the longest Retry-After that is waited for; a push asked to wait
	// longer ends as [Later], which is what its user would be told anyway.
	waitMost = time.Minute
)

// backoff makes pauses that grow and differ. It is seeded, so a test can repeat them.
type backoff struct {
	most time.Duration // the longest pause
	mu   sync.Mutex
	rng  *rand.Rand
}

func newBackoff(seed uint64, most time.Duration) *backoff {
	return &backoff{most: most, rng: rand.New(rand.NewPCG(seed, seed))} //nolint:gosec // spreads load, hides nothing
}

// pause doubles first with every try before the present one, up to the longest, and takes
// a random half off, lest pushes refused together come back together.
func (b *backoff) pause(first time.Duration, tries int) time.Duration {
	d := min(b.most, first<<min(max(tries, 0), 16))
	b.mu.Lock()
	defer b.mu.Unlock()
	return d/2 + time.Duration(b.rng.Int64N(int64(d/2)+1))
}

// classify decides what a try means: its class if the push ends here, and whether and
// after which pause it may go out again. attempts counts the tries so far.
func (b *backoff) classify(o *outcome, attempts int) (class Class, again bool, pause time.Duration) {
	switch o.failure {
	case refused:
		return Later, attempts < triesRefused, b.pause(pauseRefused, attempts-1)
	case lost:
		return Network, attempts < triesLost, 0
	case reset, silent:
		// The peer may have acted on it; only a person can decide to wake twice.
		return Network, false, 0
	case unsendable:
		return Device, false, 0
	case barred:
		return Credential, false, 0
	case answered:
	}
	if o.status == 200 {
		return Accepted, false, 0
	}
	r := ReasonOf(o.status, o.reason)
	again, pause = b.policy(r.Retry, attempts)
	if o.wait > waitMost {
		return r.Class, false, 0
	}
	return r.Class, again, max(pause, o.wait)
}

// policy says whether a reason's policy allows another try, and when.
func (b *backoff) policy(r Retry, attempts int) (again bool, pause time.Duration) {
	switch r {
	case Twice:
		return attempts < triesTwice, b.pause(pauseTwice, 0)
	case Backoff:
		return attempts < triesBackoff, b.pause(pauseFirst, attempts-1)
	case Reconnect:
		return attempts < triesRefused, b.pause(pauseRefused, attempts-1)
	case Never:
	}
	return false, 0
}
