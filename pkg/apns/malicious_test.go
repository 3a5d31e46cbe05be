package apns_test

import (
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// malice is a server that means us harm, and how a run of three pushes against it ends.
type malice struct {
	serve func(*testing.T, net.Conn)
	// want are the keys of the run's error, by their beginnings; an empty one allows a run
	// without an error, whose pushes say what is wrong.
	want []string
	// accepted is how many pushes it did answer with 200; what is counted beyond is a lie.
	accepted int64
	// class is that of the pushes that were answered otherwise; those that were not are Network.
	class apns.Class
}

// mostHeap is what this process, servers included, may hold: of them at most one floods it.
const mostHeap = 128 << 20

// Whatever a server does, a run ends, holds little, and counts nothing that was not accepted.
func TestMaliciousServers(t *testing.T) {
	quiet, floods, unheard := map[string]malice{}, floodsOfMalice(), unheardFloods()
	for _, group := range []map[string]malice{framesOfMalice(), answersOfMalice(), handshakesOfMalice(), streamsOfMalice()} {
		for name, m := range group {
			if _, twice := quiet[name]; twice {
				t.Fatalf("%s is there twice", name)
			}
			quiet[name] = m
		}
	}
	if n := len(quiet) + len(floods) + len(unheard); n < 118 {
		t.Fatalf("%d servers; 118 were tried", n)
	}
	held := watchHeap(t)
	together := newCrowd()
	for name, m := range quiet {
		together.join(func() { t.Run(name, func(t *testing.T) { m.try(t, 400) }) })
	}
	together.all.Wait()
	flooded := 0
	for name, m := range floods { // one at a time: each takes what processors there are; outside of CI some, whichever
		if flooded++; flooded <= depth.Of(len(floods), 5) {
			t.Run(name, func(t *testing.T) { m.try(t, depth.Of(400, 40)) })
		}
	}
	for name, m := range unheard {
		t.Run(name, func(t *testing.T) { m.try(t, 2000) })
	}
	most := held()
	t.Logf("at most %d MiB held by clients and servers together", most>>20)
	if most > mostHeap {
		t.Errorf("%d MiB were held", most>>20)
	}
}

// try makes the run, which waits so many milliseconds for an answer where the machine is not busy.
func (m malice) try(t *testing.T, answer int) {
	t.Helper()
	p := listen(t, func(nc net.Conn, _ int) { m.serve(t, nc) })
	c := clientFor(t, p, func(c *apns.Config) { c.Connections = 1 })
	hastyFor(c, answer)
	c.Hurry(20 * time.Millisecond)
	res, s, err := push(t, c, &fleet{n: 3})
	t.Logf("%+v %v", s, err)
	got := ""
	if err != nil {
		got = problem.Of(err).Key()
	}
	matches := false
	for _, want := range m.want {
		matches = matches || want == "" && got == "" || want != "" && strings.HasPrefix(got, want)
	}
	if !matches {
		t.Errorf("got %v, want one of %q", err, m.want)
	}
	if s.Accepted != m.accepted {
		t.Errorf("%d counted as accepted, %d were", s.Accepted, m.accepted)
	}
	if err == nil && s.Total != 3 {
		t.Errorf("%d results, and no error", s.Total)
	}
	for _, r := range res.all {
		if r.Class != apns.Accepted && r.Class != m.class && r.Class != apns.Network {
			t.Errorf("a push ended as %q (%d %s, %v), want %q", r.Class, r.Status, r.Reason, r.Err, m.class)
		}
	}
}

// watchHeap looks at the heap until it is asked for the most that it saw.
func watchHeap(t *testing.T) (most func() uint64) {
	t.Helper()
	stop, ended := make(chan struct{}), make(chan uint64, 1)
	go func() {
		var m runtime.MemStats
		var high uint64
		for ticker := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-ticker.C:
				runtime.ReadMemStats(&m)
				high = max(high, m.HeapAlloc)
			case <-stop:
				ticker.Stop()
				ended <- high
				return
			}
		}
	}()
	return sync.OnceValue(func() uint64 { close(stop); return <-ended })
}

// maliciously greets, and answers every request with do until the connection ends.
func maliciously(do func(l *link, r *request)) func(*testing.T, net.Conn) {
	return h2(func(l *link) {
		l.greet()
		for r := l.next(); r != nil; r = l.next() {
			do(l, r)
		}
	})
}

// flooding answers the first request of a connection with a flood that ends with the connection.
// What the client says meanwhile is read, unless deaf.
func flooding(deaf bool, frame func(l *link, r *request) error) func(*testing.T, net.Conn) {
	return h2(func(l *link) {
		l.greet()
		r := l.next()
		if r == nil {
			return
		}
		if !deaf {
			go func() { _, _ = l.br.WriteTo(devNull{}) }()
		}
		for err := error(nil); err == nil; {
			err = frame(l, r)
		}
	})
}

type devNull struct{}

func (devNull) Write(p []byte) (int, error) { return len(p), nil }

// raw writes a frame of any sort.
func raw(kind http2.FrameType, flags http2.Flags, id uint32, payload string) func(l *link, r *request) {
	return func(l *link, _ *request) { _ = l.WriteRawFrame(kind, flags, id, []byte(payload)) }
}

// answering answers with a block of pairs that ends headers and, if so, the stream.
func answering(end bool, pairs ...string) func(l *link, r *request) {
	return func(l *link, r *request) {
		_ = l.WriteHeaders(http2.HeadersFrameParam{StreamID: r.id, EndHeaders: true, EndStream: end, BlockFragment: l.block(pairs...)})
	}
}
