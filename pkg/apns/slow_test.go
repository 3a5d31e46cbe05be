package apns_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestAServerThatTrickles(t *testing.T) {
	p := listen(t, func(nc net.Conn, n int) {
		conn := tls.Server(nc, serverTLS())
		if conn.HandshakeContext(t.Context()) == nil {
			if l := newLink(trickle{conn}, n); l != nil {
				greetAndAccept(l)
			}
		}
	})
	_, s, err := push(t, clientFor(t, p), &fleet{n: 100})
	wantAccepted(t, s, err, 100)
}

// trickle writes one byte at a time.
type trickle struct{ net.Conn }

func (w trickle) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := w.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

func TestAFloodOfPingsIsBounded(t *testing.T) {
	p := serveH2(t, func(l *link) {
		l.greet()
		for err := error(nil); err == nil; { // and never reads
			err = l.WritePing(false, [8]byte{})
		}
	})
	_, s, err := push(t, hasty(clientFor(t, p)), &fleet{n: 1})
	stopped := err != nil && problem.Of(err).Code.Exit() == problem.ExitNetwork
	if !stopped && (err != nil || s.Network != 1) || p.conns.Load() > 3 {
		t.Errorf("got %+v, %v after %d connections", s, err, p.conns.Load())
	}
}

func TestPingsAreAnswered(t *testing.T) {
	p := serveH2(t, func(l *link) {
		l.greet()
		r := l.next()
		for range 5 {
			_ = l.WritePing(false, [8]byte{9})
		}
		_ = l.bw.Flush()
		for l.pings < 5 {
			f, err := l.ReadFrame()
			if err != nil {
				return
			}
			l.other(f)
		}
		l.accept(r)
		acceptAll(l)
	})
	_, s, err := push(t, clientFor(t, p), &fleet{n: 1})
	wantAccepted(t, s, err, 1)
}
