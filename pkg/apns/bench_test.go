package apns_test

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/sideshow/apns2"
	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// null serves HTTP/2 as cheaply as can be, so that the client is what is measured: it
// looks at frame headers only and answers each END_STREAM with 200, at once or after a
// delay. It knows no flow control but its own window updates.
func null(tb testing.TB, streams uint32, delay time.Duration) *peer {
	tb.Helper()
	return listen(tb, func(nc net.Conn, _ int) {
		conn := tls.Server(nc, serverTLS())
		if conn.HandshakeContext(tb.Context()) != nil {
			return
		}
		br := bufio.NewReaderSize(conn, 64<<10)
		if _, err := br.Discard(len(http2.ClientPreface)); err != nil {
			return
		}
		hello := []byte{0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3}
		hello = binary.BigEndian.AppendUint32(hello, streams)
		hello = append(hello, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7f, 0, 0, 0)
		if _, err := conn.Write(hello); err != nil {
			return
		}
		answers := make(chan batch, 4096)
		var writer sync.WaitGroup
		writer.Go(func() {
			for b := range answers {
				time.Sleep(time.Until(b.due))
				_, _ = conn.Write(b.frames)
			}
		})
		answer(br, answers, delay)
		close(answers)
		writer.Wait()
	})
}

// batch is what the null server answers in one write.
type batch struct {
	due    time.Time
	frames []byte
}

// answer reads frames and queues the answers to all that was there to read.
func answer(br *bufio.Reader, answers chan<- batch, delay time.Duration) {
	var out []byte
	credit := 0
	for {
		if br.Buffered() < 9 && len(out) > 0 {
			if credit > 1<<20 {
				out = append(out, 0, 0, 4, 8, 0, 0, 0, 0, 0)
				out = binary.BigEndian.AppendUint32(out, uint32(credit))
				credit = 0
			}
			b := batch{frames: out}
			if delay > 0 {
				b.due = time.Now().Add(delay)
			}
			answers <- b
			out = make([]byte, 0, 4096)
		}
		head, err := br.Peek(9)
		if err != nil {
			return
		}
		length := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
		kind, flags, id := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == 0 && flags&1 != 0:
			credit += length
			out = append(out, 0, 0, 1, 1, 5)
			out = binary.BigEndian.AppendUint32(out, id)
			out = append(out, 0x88)
		case kind == 4 && flags&1 == 0:
			out = append(out, 0, 0, 0, 4, 1, 0, 0, 0, 0)
		}
		if _, err := br.Discard(9 + length); err != nil {
			return
		}
	}
}

// benchmark pushes b.N times.
func benchmark(b *testing.B, p *peer, connections int) {
	b.Helper()
	c := clientFor(b, p, func(cfg *apns.Config) { cfg.Connections = connections })
	b.ReportAllocs()
	b.ResetTimer()
	s, err := c.Run(b.Context(), mdm(), &fleet{n: b.N}, func(*apns.Result) error { return nil })
	b.StopTimer()
	if err != nil || s.Accepted != int64(b.N) {
		b.Fatalf("got %+v, %v", s, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "push/s")
}

// BenchmarkPush measures the engine, and the server in the same process with it: against
// one that costs next to nothing, which shows the ceiling; with answers that come 20 ms
// later (and half a millisecond more, for so late does time.Sleep wake), where at most
// 50,000/s a connection are possible; and against net/http's server, which is the
// bottleneck itself. `go run ./testdata/bench` measures the client alone.
func BenchmarkPush(b *testing.B) {
	for _, connections := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("null/%d", connections), func(b *testing.B) { benchmark(b, null(b, 1000, 0), connections) })
	}
	for _, connections := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("delayed/%d", connections), func(b *testing.B) {
			benchmark(b, null(b, 1000, 20*time.Millisecond), connections)
		})
	}
	b.Run("nethttp/2", func(b *testing.B) { benchmark(b, standard(b), 2) })
}

// BenchmarkPeer measures apns2 against the same servers in the same run.
func BenchmarkPeer(b *testing.B) {
	for _, workers := range []int{50, 200, 1000} {
		b.Run(fmt.Sprintf("apns2/null/%d", workers), func(b *testing.B) { benchmarkPeer(b, null(b, 1000, 0), workers) })
	}
	for _, workers := range []int{50, 200, 1000} {
		b.Run(fmt.Sprintf("apns2/nethttp/%d", workers), func(b *testing.B) { benchmarkPeer(b, standard(b), workers) })
	}
}

func benchmarkPeer(b *testing.B, p *peer, workers int) {
	b.Helper()
	// Its own transport, with our authority.
	dial := apns2.DialTLS
	b.Cleanup(func() { apns2.DialTLS = dial })
	apns2.DialTLS = func(network, address string, config *tls.Config) (net.Conn, error) {
		config = config.Clone()
		config.RootCAs = trust().RootCAs
		return dial(network, address, config)
	}
	client := apns2.NewClient(identity())
	defer client.CloseIdleConnections()
	client.Host = p.url.String()
	jobs := make(chan int, workers)
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range jobs {
				r, err := client.Push(&apns2.Notification{
					DeviceToken: oneToken, Topic: mdm().Topic, PushType: "mdm", Priority: 10,
					ApnsID: apns.ID{1}.String(), Payload: []byte(`{"mdm":"8B5F22A5-9B0C-4C5F-8B7C-9D0E1F2A3B4C"}`),
				})
				if err != nil || !r.Sent() {
					b.Errorf("got %v, %v", r, err)
					return
				}
			}
		})
	}
	for i := range b.N {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "push/s")
}

// A push allocates nothing once buffers exist, and a long source takes no more memory
// than a short one.
func TestMemoryIsFlat(t *testing.T) {
	p := null(t, 1000, 0)
	c := clientFor(t, p)
	var before, after runtime.MemStats
	const n = 200_000
	runtime.ReadMemStats(&before)
	s, err := c.Run(t.Context(), mdm(), &fleet{n: n}, func(*apns.Result) error { return nil })
	runtime.ReadMemStats(&after)
	wantAccepted(t, s, err, n)
	if per := float64(after.Mallocs-before.Mallocs) / n; per > 0.25 {
		t.Errorf("%.2f allocations for each push, server included", per)
	}
}
