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

// mostHeap is what this process, servers included, may hold while six run at once.
const mostHeap = 256 << 20

// Whatever a server does, a run ends, holds little, and counts nothing that was not accepted.
func TestMaliciousServers(t *testing.T) {
	servers := map[string]malice{}
	for _, group := range []map[string]malice{framesOfMalice(), floodsOfMalice(), answersOfMalice(), handshakesOfMalice(), streamsOfMalice()} {
		for name, m := range group {
			if _, twice := servers[name]; twice {
				t.Fatalf("%s is there twice", name)
			}
			servers[name] = m
		}
	}
	if len(servers) < 57 {
		t.Fatalf("%d servers; 57 were tried", len(servers))
	}
	t.Logf("%d malicious servers", len(servers))
	held := watchHeap(t)
	var all sync.WaitGroup
	turns := make(chan struct{}, 6) // most of them are waited for
	for name, m := range servers {
		turns <- struct{}{}
		all.Go(func() {
			t.Run(name, m.try)
			<-turns
		})
	}
	all.Wait()
	most := held()
	t.Logf("at most %d MiB held by clients and servers together", most>>20)
	if most > mostHeap {
		t.Errorf("%d MiB were held", most>>20)
	}
}

func (m malice) try(t *testing.T) {
	t.Helper()
	p := listen(t, func(nc net.Conn, _ int) { m.serve(t, nc) })
	c := hasty(clientFor(t, p, func(c *apns.Config) { c.Connections = 1 }))
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
