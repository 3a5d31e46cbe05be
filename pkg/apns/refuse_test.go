package apns_test

import (
	"crypto/tls"
	"io"
	"net"
	"testing"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// What never works ends soon, with the cause, and after few connections.
func TestWhatNeverWorks(t *testing.T) {
	tests := map[string]struct {
		serve func(t *testing.T, nc net.Conn)
		want  string
		exit  problem.Exit
		conns int32 // at most
	}{
		"GOAWAY with a bad environment": {h2(func(l *link) {
			l.greet()
			l.next()
			_ = l.WriteGoAway(0, http2.ErrCodeNo, []byte(`{"reason":"BadCertificateEnvironment"}`))
		}), "apns-refused.certificate-environment", problem.ExitAPNs, 1},
		"GOAWAY with a bad certificate before the greeting": {h2(func(l *link) {
			_ = l.WriteGoAway(0, http2.ErrCodeNo, []byte(`{"reason":"BadCertificate"}`))
		}), "apns-refused.certificate", problem.ExitAPNs, 1},
		"GOAWAY without a reason": {h2(func(l *link) {
			l.greet()
			l.next()
			_ = l.WriteGoAway(0, http2.ErrCodeNo, nil)
		}), "apns-protocol.goaway", problem.ExitNetwork, 3},
		"GOAWAY in plain text": {h2(func(l *link) {
			l.greet()
			l.next()
			_ = l.WriteGoAway(0, http2.ErrCodeRefusedStream, []byte("Maximum active streams violated"))
		}), "apns-protocol.goaway-reason", problem.ExitNetwork, 3},
		"alert 42":  {alert(42), "apns-refused.certificate", problem.ExitAPNs, 1},
		"alert 44":  {alert(44), "apns-refused.certificate-revoked", problem.ExitAPNs, 1},
		"alert 45":  {alert(45), "apns-refused.certificate-expired", problem.ExitAPNs, 1},
		"alert 51":  {alert(51), "apns-refused.key-differs", problem.ExitAPNs, 1},
		"alert 46":  {alert(46), "apns-tls.certificate-unknown", problem.ExitNetwork, 3},
		"alert 48":  {alert(48), "apns-refused.authority-unknown", problem.ExitAPNs, 1},
		"alert 80":  {alert(80), "apns-tls.internal", problem.ExitNetwork, 3},
		"alert 112": {alert(112), "apns-tls.alert", problem.ExitNetwork, 3},
		"no HTTP/2": {noH2, "apns-protocol.no-http2", problem.ExitNetwork, 3},
		"half open": {func(_ *testing.T, nc net.Conn) {
			_, _ = io.Copy(io.Discard, nc)
		}, "apns-unreachable.silent", problem.ExitNetwork, 3},
		"no SETTINGS": {h2(func(l *link) {
			_, _ = io.Copy(io.Discard, l.nc)
		}), "apns-unreachable.silent", problem.ExitNetwork, 3},
		"no answers, no pongs": {h2(func(l *link) {
			l.greet()
			_, _ = io.Copy(io.Discard, l.nc)
		}), "apns-unreachable.dead", problem.ExitNetwork, 3},
		"no answers, but pongs": {h2(func(l *link) {
			l.greet()
			acceptNone(l)
		}), "apns-unreachable.no-answer", problem.ExitNetwork, 3},
		"a limit of no streams": {h2(func(l *link) {
			l.greet(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 0})
			acceptNone(l)
		}), "apns-protocol.stalled", problem.ExitNetwork, 3},
		"garbage in TLS": {h2(func(l *link) {
			_, _ = l.nc.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
		}), "apns-protocol.garbage", problem.ExitNetwork, 3},
		"garbage after the greeting": {h2(func(l *link) {
			l.greet()
			l.next()
			_ = l.WriteRawFrame(http2.FrameHeaders, http2.FlagHeadersEndHeaders, 1, []byte{0xff, 0xff, 0xff, 0xff})
		}), "apns-protocol.garbage", problem.ExitNetwork, 3},
		"garbage instead of TLS": {func(_ *testing.T, nc net.Conn) {
			_, _ = nc.Write([]byte("220 mail.example.org ESMTP\r\n"))
			_, _ = io.Copy(io.Discard, nc)
		}, "apns-tls.not-tls", problem.ExitNetwork, 3},
		"closed at once": {func(*testing.T, net.Conn) {}, "apns-unreachable.", problem.ExitNetwork, 3},
	}
	together := newCrowd()
	for name, test := range tests {
		together.join(func() {
			t.Run(name, func(t *testing.T) {
				p := listen(t, func(nc net.Conn, _ int) { test.serve(t, nc) })
				_, s, err := push(t, hasty(clientFor(t, p)), &fleet{n: 100})
				if got := problem.Of(err); err == nil || got.Key() != test.want && test.want[len(test.want)-1] != '.' || got.Code.Exit() != test.exit {
					t.Errorf("got %v, want %s", err, test.want)
				}
				if got := p.conns.Load(); got > test.conns {
					t.Errorf("%d connections", got)
				}
				if s.Total > int64(test.conns) || s.Accepted > 0 {
					t.Errorf("got %+v; a connection should have risked one push", s)
				}
			})
		})
	}
	together.all.Wait()
}

// h2 serves HTTP/2 with TLS 1.3 and a client certificate.
func h2(serve func(*link)) func(*testing.T, net.Conn) {
	return func(t *testing.T, nc net.Conn) {
		t.Helper()
		conn := tls.Server(nc, serverTLS())
		if conn.HandshakeContext(t.Context()) != nil {
			return
		}
		if l := newLink(conn, 1); l != nil {
			serve(l)
			_ = l.bw.Flush()
			lastWords(nc)
		}
	}
}

// alert answers the ClientHello with an alert record.
func alert(number byte) func(*testing.T, net.Conn) {
	return func(_ *testing.T, nc net.Conn) {
		_, _ = io.ReadAtLeast(nc, make([]byte, 4096), 100)
		_, _ = nc.Write([]byte{21, 3, 3, 0, 2, 2, number})
		_, _ = io.Copy(io.Discard, nc)
	}
}

// noH2 speaks TLS, but knows no ALPN.
func noH2(t *testing.T, nc net.Conn) {
	t.Helper()
	config := serverTLS()
	config.NextProtos = nil
	conn := tls.Server(nc, config)
	if conn.HandshakeContext(t.Context()) == nil {
		_, _ = io.Copy(io.Discard, conn)
	}
}

func TestNobodyListens(t *testing.T) {
	p := serveH2(t, func(*link) {})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.url.Host = ln.Addr().String()
	_ = ln.Close()
	_, s, err := push(t, clientFor(t, p), &fleet{n: 10})
	wantProblem(t, err, "apns-unreachable.connect")
	if s.Total != 0 || s.Connections != 3 {
		t.Errorf("got %+v", s)
	}
}

func TestAServerThatIsNotTrusted(t *testing.T) {
	p := serveH2(t, acceptAll)
	c := clientFor(t, p, func(cfg *apns.Config) { cfg.TLS.RootCAs = nil })
	_, _, err := push(t, c, &fleet{n: 1})
	wantProblem(t, err, "apns-tls.server-untrusted")
}

// A certificate is sent even if the server's list of authorities does not name its
// issuer, where Go's own client would withhold it.
func TestTheCertificateIsAlwaysSent(t *testing.T) {
	shown := make(chan int, 3)
	p := listen(t, func(nc net.Conn, n int) {
		config := serverTLS()

		config.ClientCAs = strangers(t)
		config.VerifyConnection = func(state tls.ConnectionState) error {
			shown <- len(state.PeerCertificates)
			return nil
		}
		conn := tls.Server(nc, config)
		if conn.HandshakeContext(t.Context()) == nil {
			if l := newLink(conn, n); l != nil {
				l.greet()
				acceptAll(l)
			}
		}
	})
	_, s, err := push(t, clientFor(t, p), &fleet{n: 1})
	wantAccepted(t, s, err, 1)
	if n := <-shown; n != 1 {
		t.Errorf("%d certificates were shown", n)
	}
}
