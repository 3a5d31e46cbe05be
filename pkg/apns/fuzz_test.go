package apns_test

import (
	"bytes"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// FuzzFrames has the first connection of a run answered with arbitrary frames, before or after a
// greeting and a request; the further ones are served well. The run ends, nothing panics, and no
// push has two results.
func FuzzFrames(f *testing.F) {
	var b bytes.Buffer
	framer := http2.NewFramer(&b, nil)
	framer.AllowIllegalWrites = true
	frame := func(write func() error) []byte {
		b.Reset()
		if err := write(); err != nil {
			f.Fatal(err)
		}
		return bytes.Clone(b.Bytes())
	}
	seeds := [][]byte{
		nil,
		frame(func() error { return framer.WriteSettings() }),
		frame(func() error {
			return framer.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 0})
		}),
		frame(func() error { return framer.WriteGoAway(0, http2.ErrCodeNo, []byte(`{"reason":"Shutdown"}`)) }),
		frame(func() error { return framer.WritePing(false, [8]byte{1}) }),
		frame(func() error { return framer.WriteRSTStream(1, http2.ErrCodeRefusedStream) }),
		frame(func() error { return framer.WriteWindowUpdate(0, 1<<31-1) }),
		frame(func() error { return framer.WriteData(1, true, []byte(`{"reason":"BadDeviceToken"}`)) }),
		frame(func() error {
			return framer.WritePushPromise(http2.PushPromiseParam{StreamID: 1, PromiseID: 2, EndHeaders: true})
		}),
		frame(func() error { // 200, from HPACK's static table
			return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0x88}, EndHeaders: true, EndStream: true})
		}),
		frame(func() error { // 400, and its reason
			if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0x8c}, EndHeaders: true}); err != nil {
				return err
			}
			return framer.WriteData(1, true, []byte(`{"reason":"BadDeviceToken"}`))
		}),
		frame(func() error { // half a block, and no more
			return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0x88}})
		}),
	}
	for _, seed := range seeds {
		f.Add(true, seed)
		f.Add(false, seed)
	}
	f.Fuzz(func(t *testing.T, greeted bool, frames []byte) {
		p := listen(t, func(nc net.Conn, n int) {
			conn := tls.Server(nc, serverTLS())
			if conn.HandshakeContext(t.Context()) != nil {
				return
			}
			l := newLink(conn, n)
			if l == nil {
				return
			}
			if n > 1 {
				l.greet()
				acceptAll(l)
				return
			}
			if greeted {
				l.greet()
				l.next()
			}
			_, _ = conn.Write(frames)
			_ = conn.Close()
		})
		c := hasty(clientFor(t, p, func(c *apns.Config) { c.Connections = 1 }))
		c.Hurry(time.Millisecond)
		res, s, err := push(t, c, &fleet{n: 3})
		if problem.Of(err) != nil && problem.Of(err).Code == problem.Internal {
			t.Errorf("the run ended with %v", err)
		}
		if s.Total > 3 || int64(len(res.all)) != s.Total {
			t.Errorf("%d results of 3 pushes, %d counted", len(res.all), s.Total)
		}
		if err == nil && s.Total != 3 {
			t.Errorf("%d results, and no error", s.Total)
		}
	})
}
