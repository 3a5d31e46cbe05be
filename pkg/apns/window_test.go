package apns_test

import (
	"testing"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// A body goes out as the windows allow, even byte by byte, and never beyond them.
func TestWindowsAreKept(t *testing.T) {
	tests := map[string]struct {
		initial uint32
		step    uint32 // WINDOW_UPDATE of the stream for each DATA frame
		body    int
		shrink  bool // SETTINGS make the window negative meanwhile
	}{
		"a window of one byte, updated byte by byte": {1, 1, 60, false},
		"a window of nothing":                        {0, 10, 60, false},
		"a body larger than the window":              {1000, 700, 5000, false},
		"a window that becomes negative":             {1000, 900, 5000, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serveH2(t, func(l *link) { meter(t, l, test.initial, test.step, test.shrink) })
			c := clientFor(t, p, func(cfg *apns.Config) { cfg.Connections = 1 })
			_, s, err := push(t, c, &fleet{n: 150, magic: test.body})
			wantAccepted(t, s, err, 150)
		})
	}
}

// meter serves with small windows and complains when one is overrun. It sends updates
// only when a window is used up.
func meter(t *testing.T, l *link, initial, step uint32, shrink bool) {
	t.Helper()
	l.greet(http2.Setting{ID: http2.SettingInitialWindowSize, Val: initial})
	left := map[uint32]int{}
	bodies := map[uint32]*request{}
	base, frames := int(initial), 0
	for {
		if l.br.Buffered() < 9 {
			_ = l.bw.Flush()
		}
		f, err := l.ReadFrame()
		if err != nil {
			return
		}
		switch f := f.(type) {
		case *http2.HeadersFrame:
			r := &request{id: f.StreamID}
			if _, err := l.dec.DecodeFull(f.HeaderBlockFragment()); err != nil {
				t.Error(err)
			}
			bodies[f.StreamID], left[f.StreamID] = r, base
			if base <= 0 {
				left[f.StreamID] += int(step)
				_ = l.WriteWindowUpdate(f.StreamID, step)
			}
		case *http2.DataFrame:
			id := f.StreamID
			if left[id] -= len(f.Data()); left[id] < 0 && !shrink {
				t.Errorf("stream %d overran its window by %d", id, -left[id])
			}
			_ = l.WriteWindowUpdate(0, max(1, f.Length))
			if f.StreamEnded() {
				l.accept(bodies[id])
				delete(left, id)
				continue
			}
			if frames++; shrink && frames == 20 {
				l.greet(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1})
				for other := range left {
					left[other] -= base - 1
					_ = l.WriteWindowUpdate(other, initial)
					left[other] += base
				}
				base = 1
			}
			for left[id] <= 0 {
				left[id] += int(step)
				_ = l.WriteWindowUpdate(id, step)
			}
		default:
			l.other(f)
		}
	}
}
