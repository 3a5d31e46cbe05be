package apns_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// handshakes is a server that makes a TLS connection, and closes it after a moment in
// which its last words can be read.
func handshakes(t *testing.T, change func(*tls.Config)) *peer {
	t.Helper()
	config := serverTLS()
	change(config)
	return listen(t, func(nc net.Conn, _ int) {
		_ = tls.Server(nc, config).HandshakeContext(t.Context())
		lastWords(nc)
	})
}

func withoutCertificate(c *apns.Config) { c.TLS.Certificates = nil }

func TestProbeTellsWhereTheWayEnds(t *testing.T) {
	same := func(*apns.Config) {}
	closed := func(*testing.T) *peer { return &peer{url: &url.URL{Scheme: "https", Host: "127.0.0.1:9"}} }
	for name, test := range map[string]struct {
		server func(*testing.T) *peer
		client func(*apns.Config)
		failed apns.Step
		want   string // key of the problem
		sent   int    // certificates that the server showed
	}{
		"all is well": {
			func(t *testing.T) *peer { t.Helper(); return serveH2(t, greetAndAccept) }, same, apns.StepReady, "", 1,
		},
		"a closed port": {closed, same, apns.StepConnect, "apns-unreachable.connect", 0},
		"a proxy that cannot be reached": {closed, func(c *apns.Config) {
			c.Proxy = func(*url.URL) (*url.URL, error) { return &url.URL{Scheme: "http", Host: "127.0.0.1:9"}, nil }
		}, apns.StepProxy, "apns-unreachable.proxy", 0},
		"a port that says nothing": {func(t *testing.T) *peer {
			t.Helper()
			return listen(t, func(nc net.Conn, _ int) { _, _ = io.Copy(io.Discard, nc) })
		}, same, apns.StepTLS, "apns-unreachable.silent", 0},
		"plain text": {func(t *testing.T) *peer {
			t.Helper()
			return listen(t, func(nc net.Conn, _ int) { _, _ = io.WriteString(nc, "220 mail.example ESMTP ready\r\n") })
		}, same, apns.StepTLS, "apns-tls.not-tls", 0},
		"an authority that we do not trust": {func(t *testing.T) *peer {
			t.Helper()
			return handshakes(t, func(*tls.Config) {})
		}, func(c *apns.Config) { c.TLS.RootCAs = strangers(t) }, apns.StepTLS, "apns-tls.server-untrusted", 1},
		"a clock far ahead": {func(t *testing.T) *peer {
			t.Helper()
			return handshakes(t, func(*tls.Config) {})
		}, func(c *apns.Config) {
			c.TLS.Time = func() time.Time { return time.Unix(1<<34, 0) }
		}, apns.StepTLS, "apns-tls.server-expired", 1},
		"no ALPN": {func(t *testing.T) *peer {
			t.Helper()
			return handshakes(t, func(c *tls.Config) { c.NextProtos = nil })
		}, same, apns.StepHTTP2, "apns-protocol.no-http2", 1},
		"ALPN without h2": {func(t *testing.T) *peer {
			t.Helper()
			return handshakes(t, func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} })
		}, same, apns.StepHTTP2, "apns-protocol.no-http2", 0},
		"a certificate that is refused": {func(t *testing.T) *peer {
			t.Helper()
			return handshakes(t, func(c *tls.Config) {
				c.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error { return errors.New("no") }
			})
		}, same, apns.StepHTTP2, "apns-refused.certificate", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := hasty(clientFor(t, test.server(t), test.client))
			p := c.Probe(t.Context())
			if p.Failed != test.failed || len(p.Sent) != test.sent || p.Demanded {
				t.Errorf("failed at step %d, want %d: %+v", p.Failed, test.failed, p)
			}
			if test.want == "" {
				if p.Err != nil || p.MaxStreams == 0 || p.Address == "" || p.Version != tls.VersionTLS13 || !p.Asked || len(p.Verified) != 1 {
					t.Errorf("got %+v", p)
				}
				return
			}
			if p.Err == nil || p.Err.Key() != test.want {
				t.Errorf("got %v, want %s", p.Err, test.want)
			}
		})
	}
}

// A server that insists on a certificate says so at another moment in each version of
// TLS; what was learned before is told all the same.
func TestProbeKnowsADemandForACertificate(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			server := handshakes(t, func(c *tls.Config) { c.MaxVersion = version })
			p := clientFor(t, server, withoutCertificate).Probe(t.Context())
			if !p.Demanded || !p.Asked || p.Version != version || len(p.Verified) != 1 || p.Err == nil {
				t.Errorf("got %+v", p)
			}
		})
	}
	t.Run("not of one that only asks", func(t *testing.T) {
		server := listen(t, func(nc net.Conn, n int) {
			config := serverTLS()
			config.ClientAuth = tls.RequestClientCert
			conn := tls.Server(nc, config)
			if conn.HandshakeContext(t.Context()) == nil {
				if l := newLink(conn, n); l != nil {
					l.greet()
					_ = l.next()
				}
			}
		})
		p := clientFor(t, server, withoutCertificate).Probe(t.Context())
		if p.Demanded || !p.Asked || p.Failed != apns.StepReady {
			t.Errorf("got %+v", p)
		}
	})
	t.Run("not of one that wants no HTTP/2", func(t *testing.T) {
		server := handshakes(t, func(c *tls.Config) { c.NextProtos, c.MaxVersion = nil, tls.VersionTLS13 })
		p := clientFor(t, server, withoutCertificate).Probe(t.Context())
		if p.Demanded || p.Err == nil || p.Err.Code != problem.APNsProtocol {
			t.Errorf("got %+v", p)
		}
	})
}
