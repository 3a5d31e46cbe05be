package apns_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// acceptAll answers every request with 200.
func acceptAll(l *link) {
	for r := l.next(); r != nil; r = l.next() {
		l.accept(r)
	}
}

// Each of these servers breaks something on a first connection or always, and all pushes
// are accepted in the end.
func TestPushesSurvive(t *testing.T) {
	tests := map[string]struct {
		n     int
		serve func(*link)
	}{
		"a GOAWAY in the middle, with answers to what came before": {300, goAwayOnce},
		"two GOAWAYs, the second lower":                            {300, goAwayTwice},
		"REFUSED_STREAM":                                           {300, refuseSome},
		"a connection closed without a word":                       {300, closeOnce},
		"padding, CONTINUATION, interim answers and trailers":      {100, oddAnswers},
		"changes of the header table":                              {300, resizeTable},
		"a 200 without apns-id, in two frames":                     {50, acceptInTwo},
		"a second connection that never works":                     {20_000, onlyFirst},
		"an answer, then RST_STREAM":                               {50, acceptAndReset},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serveH2(t, test.serve)
			_, s, err := push(t, clientFor(t, p), &fleet{n: test.n})
			wantAccepted(t, s, err, test.n)
		})
	}
}

// each greets and gives every request with its number to handle, until that returns
// false or the connection ends.
func (l *link) each(handle func(seen int, r *request) bool, settings ...http2.Setting) {
	l.greet(settings...)
	for seen := 1; ; seen++ {
		if r := l.next(); r == nil || !handle(seen, r) {
			return
		}
	}
}

func goAwayOnce(l *link) {
	l.each(func(seen int, r *request) bool {
		if l.n < 3 && seen == 50 {
			_ = l.WriteGoAway(r.id-2, http2.ErrCodeNo, []byte(`{"reason":"Shutdown"}`))
			acceptNone(l)
			return false
		}
		l.accept(r)
		return true
	})
}

func goAwayTwice(l *link) {
	l.each(func(seen int, r *request) bool {
		if l.n == 1 && seen == 50 {
			_ = l.WriteGoAway(1<<31-1, http2.ErrCodeNo, nil)
			_ = l.WriteGoAway(r.id-2, http2.ErrCodeNo, nil)
			acceptNone(l)
			return false
		}
		l.accept(r)
		return true
	})
}

func refuseSome(l *link) {
	l.each(func(seen int, r *request) bool {
		if seen%10 == 3 {
			_ = l.WriteRSTStream(r.id, http2.ErrCodeRefusedStream)
		} else {
			l.accept(r)
		}
		return true
	})
}

func closeOnce(l *link) {
	l.each(func(seen int, r *request) bool {
		if l.n == 1 && seen == 100 {
			return false
		}
		l.accept(r)
		return true
	})
}

func resizeTable(l *link) {
	size := func(n uint32) http2.Setting { return http2.Setting{ID: http2.SettingHeaderTableSize, Val: n} }
	sizes := map[int]uint32{20: 0, 60: 200, 100: 4096, 140: 65536, 180: 128}
	l.each(func(seen int, r *request) bool {
		if n, ok := sizes[seen]; ok {
			l.greet(size(n))
		}
		l.accept(r)
		return true
	}, size(4096))
}

func acceptInTwo(l *link) {
	l.each(func(_ int, r *request) bool {
		_ = l.WriteHeaders(http2.HeadersFrameParam{StreamID: r.id, EndHeaders: true, BlockFragment: l.block(":status", "200")})
		_ = l.WriteData(r.id, true, nil)
		return true
	})
}

func onlyFirst(l *link) {
	if l.n == 1 {
		greetAndAccept(l)
	}
}

func acceptAndReset(l *link) {
	l.each(func(_ int, r *request) bool {
		l.accept(r)
		_ = l.WriteRSTStream(r.id, http2.ErrCodeNo)
		return true
	})
}

// acceptNone reads on until the peer closes.
func acceptNone(l *link) {
	for r := l.next(); r != nil; r = l.next() {
		r.body = nil
	}
}

// oddAnswers answers in every shape that RFC 9113 allows.
func oddAnswers(l *link) {
	l.greet()
	for r := l.next(); r != nil; r = l.next() {
		_ = l.WritePing(false, [8]byte{1})
		_ = l.WriteHeaders(http2.HeadersFrameParam{StreamID: r.id, EndHeaders: true, BlockFragment: l.block(":status", "103")})
		block := l.block(":status", "200", "apns-id", r.get("apns-id"), "x-long", strings.Repeat("x", 300))
		_ = l.WriteHeaders(http2.HeadersFrameParam{
			StreamID: r.id, BlockFragment: block[:2], PadLength: 7,
			Priority: http2.PriorityParam{Weight: 3},
		})
		_ = l.WriteContinuation(r.id, false, block[2:9])
		_ = l.WriteContinuation(r.id, true, block[9:])
		_ = l.WriteDataPadded(r.id, false, []byte("a"), make([]byte, 20))
		_ = l.WriteData(r.id, false, []byte("b"))
		_ = l.WriteHeaders(http2.HeadersFrameParam{
			StreamID: r.id, EndHeaders: true, EndStream: true, BlockFragment: l.block("x-trailer", "1"),
		})
	}
}

func TestAPushThatMayHaveBeenTakenIsNotSentAgain(t *testing.T) {
	seen := make(chan string, 100)
	p := serveH2(t, func(l *link) {
		l.greet()
		for r := l.next(); r != nil; r = l.next() {
			seen <- r.get("apns-id")
			if strings.HasSuffix(r.token(), "5") {
				_ = l.WriteRSTStream(r.id, http2.ErrCodeInternal)
				continue
			}
			l.accept(r)
		}
	})
	res, s, err := push(t, clientFor(t, p), &fleet{n: 10})
	if err != nil || s.Accepted != 9 || s.Network != 1 || len(seen) != 10 {
		t.Fatalf("got %+v, %v, %d sent", s, err, len(seen))
	}
	if got := apns.Explain(res.all[5].Err, "h").Key(); got != "apns-protocol.reset" {
		t.Errorf("explained as %s", got)
	}
}

func TestStatusOfATruncatedAnswerStands(t *testing.T) {
	p := serveH2(t, func(l *link) {
		l.greet()
		for r := l.next(); r != nil; r = l.next() {
			_ = l.WriteHeaders(http2.HeadersFrameParam{StreamID: r.id, EndHeaders: true, BlockFragment: l.block(":status", "200")})
			_ = l.bw.Flush()
			return
		}
	})
	_, s, err := push(t, clientFor(t, p), &fleet{n: 1})
	wantAccepted(t, s, err, 1)
	if p.conns.Load() != 1 {
		t.Errorf("%d connections", p.conns.Load())
	}
}

func TestInterruptEndsCleanly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := serveH2(t, func(l *link) {
		l.greet(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 10})
		for seen := 1; ; seen++ {
			r := l.next()
			if r == nil {
				return
			}
			if seen <= 100 {
				l.accept(r)
			}
			if seen == 110 { // as many as may be open are
				l.heard()
				cancel()
			}
		}
	})
	r := &results{tb: t, all: map[int64]apns.Result{}}
	c := clientFor(t, p, func(cfg *apns.Config) { cfg.Connections = 1 })
	c.Patience(time.Second, time.Second, time.Minute, time.Minute, time.Minute, time.Minute, 200*time.Millisecond)
	s, err := c.Run(ctx, mdm(), &fleet{n: 1 << 40}, r.sink)
	wantProblem(t, err, string(problem.Interrupted))
	if s.Accepted != 100 || s.Network != 10 || s.Total != 110 || len(r.all) != 110 {
		t.Fatalf("got %+v", s)
	}
}
