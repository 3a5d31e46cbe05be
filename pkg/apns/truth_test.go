package apns_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// ledger is what a server has accepted, by apns-id.
type ledger struct {
	mu    sync.Mutex
	taken map[string]int
}

func (l *ledger) take(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken[id]++
}

// A fleet against a server that refuses, resets, says goodbye every 5,000 streams and
// restarts: every push ends in exactly one class, none is accepted twice, none is lost.
func TestTruth(t *testing.T) {
	const n = 100_000
	books := &ledger{taken: map[string]int{}}
	var restart sync.Once
	p := serveH2(t, func(l *link) {
		rng := rand.New(rand.NewPCG(uint64(l.n), 1))
		l.greet(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 500})
		for seen := 1; ; seen++ {
			r := l.next()
			if r == nil {
				return
			}
			if seen == 3000 && l.n > 4 {
				down := false
				restart.Do(func() { down = true })
				if down { // answers stay unread, but nothing unanswered was accepted
					l.heard()
					return
				}
			}
			if seen == 5000 {
				_ = l.WriteGoAway(r.id-2, http2.ErrCodeNo, nil)
				_ = l.bw.Flush()
				acceptNone(l)
				return
			}
			switch x := rng.Float64(); {
			case x < 0.01:
				l.reject(r, 429, `{"reason":"TooManyRequests"}`)
			case x < 0.011:
				_ = l.WriteRSTStream(r.id, http2.ErrCodeInternal)
			case x < 0.012:
				_ = l.WriteRSTStream(r.id, http2.ErrCodeRefusedStream)
			case x < 0.02:
				l.reject(r, 410, `{"reason":"Unregistered","timestamp":1700000000000}`)
			default:
				books.take(r.get("apns-id"))
				l.accept(r)
			}
		}
	})
	res, s, err := push(t, clientFor(t, p), &fleet{n: n})
	if err != nil || s.Total != n || len(res.all) != n {
		t.Fatalf("got %+v, %v", s, err)
	}
	classes := map[apns.Class]int64{}
	for _, r := range res.all {
		classes[r.Class]++
		if got := books.taken[r.ID.String()]; (got == 1) != (r.Class == apns.Accepted) || got > 1 {
			t.Fatalf("%+v was accepted %d times", r, got)
		}
	}
	if classes[apns.Accepted] != s.Accepted || s.Accepted < n*97/100 || s.Device < 500 || s.Network < 50 || s.Later > 20 {
		t.Errorf("got %+v", s)
	}
	t.Logf("%+v", s)
}
