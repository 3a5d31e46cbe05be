package apns_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// handshakesOfMalice never come to HTTP/2.
func handshakesOfMalice() map[string]malice {
	silent := func(_ *testing.T, nc net.Conn) { _, _ = io.Copy(io.Discard, nc) }
	says := func(text string) func(*testing.T, net.Conn) {
		return func(_ *testing.T, nc net.Conn) {
			_, _ = io.WriteString(nc, text)
			_, _ = io.Copy(io.Discard, nc)
		}
	}
	shakes := func(change func(*tls.Config)) func(*testing.T, net.Conn) {
		return func(t *testing.T, nc net.Conn) {
			t.Helper()
			config := serverTLS()
			change(config)
			conn := tls.Server(nc, config)
			if conn.HandshakeContext(t.Context()) == nil {
				_, _ = io.Copy(io.Discard, conn)
			}
		}
	}
	shown := func(ours bool, end int64, ip net.IP) func(*testing.T, net.Conn) {
		return func(t *testing.T, nc net.Conn) {
			t.Helper()
			shakes(func(c *tls.Config) { c.Certificates = []tls.Certificate{serverCertificate(t, ours, end, ip)} })(t, nc)
		}
	}
	drips := func(_ *testing.T, nc net.Conn) {
		for _, err := nc.Write([]byte{22, 3, 3, 0x3f, 0xff, 2}); err == nil; _, err = nc.Write([]byte{0}) {
			time.Sleep(30 * time.Millisecond)
		}
	}
	never := func(serve func(*testing.T, net.Conn), want string) malice {
		return malice{serve, []string{want}, 0, apns.Network}
	}
	return map[string]malice{
		"silence instead of a handshake": never(silent, "apns-unreachable.silent"),
		"a handshake in single octets":   never(drips, "apns-unreachable.silent"),
		"TLS 1.1":                        never(shakes(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }), "apns-tls."),
		"TLS 1.0":                        never(shakes(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }), "apns-tls."),
		"HTTP/1.1 alone":                 never(shakes(func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }), "apns-"),
		"no protocol at all":             never(shakes(func(c *tls.Config) { c.NextProtos = nil }), "apns-protocol.no-http2"),
		"a certificate of a stranger":    never(shown(false, 1<<33, net.IPv4(127, 0, 0, 1)), "apns-tls."),
		"a certificate of another name":  never(shown(true, 1<<33, net.IPv4(127, 0, 0, 2)), "apns-tls."),
		"a certificate that has ended":   never(shown(true, 1<<20, net.IPv4(127, 0, 0, 1)), "apns-tls."),
		"plain HTTP":                     never(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "apns-tls.not-tls"),
		"plain HTTP/2":                   never(says("\x00\x00\x00\x04\x00\x00\x00\x00\x00"), "apns-tls."),
		"an SMTP server":                 never(says("220 mail.example.com ESMTP\r\n"), "apns-tls.not-tls"),
		"a record of the greatest size":  never(says("\x16\x03\x03\xff\xff"+strings.Repeat("\x00", 1<<16)), "apns-tls."),
		"a hello that is nothing":        never(says("\x16\x03\x03\x00\x04\x02\x00\x00\x00"), "apns-tls."),
		"an alert of no meaning":         never(alert(99), "apns-tls."),
		"SETTINGS that never come":       never(h2(func(l *link) { _, _ = io.Copy(io.Discard, l.br) }), "apns-unreachable.silent"),
		"an answer before SETTINGS":      never(h2(func(l *link) { answering(true, ":status", "200")(l, &request{id: 1}); _ = l.bw.Flush(); acceptNone(l) }), "apns-protocol."),
		"an acknowledgement as greeting": never(h2(func(l *link) { _ = l.WriteSettingsAck(); _ = l.bw.Flush(); acceptNone(l) }), "apns-protocol."),
		"SETTINGS without end": never(h2(func(l *link) {
			_, _ = l.bw.Write([]byte{0, 0x3f, 0xfc, 4, 0, 0, 0, 0, 0, 0})
			_ = l.bw.Flush()
			acceptNone(l)
		}), "apns-unreachable.silent"),
	}
}

// serverCertificate is one for a server: of our authority, or signed by itself.
func serverCertificate(tb testing.TB, ours bool, end int64, ip net.IP) tls.Certificate {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "server"}, IPAddresses: []net.IP{ip},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(end, 0), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	issuer, signer := template, any(key)
	if ours {
		issuer, signer = identity().Leaf, identity().PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	if err != nil {
		tb.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
