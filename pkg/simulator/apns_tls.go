package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

const (
	handshakeTimeout = 10 * time.Second
	lingerTimeout    = time.Second
)

// verdict is what the certificate authority says of a client certificate.
type verdict int

const (
	verdictOK      verdict = iota
	verdictExpired         // answered with TLS alert 45, as seen with Apple in 2025
	verdictRevoked         // answered with TLS alert 44, as seen in 2014 to 2018
	verdictUnknown         // answered with GOAWAY BadCertificate, from Apple's table
)

// handshake is one TLS handshake on its way, and what it found out.
type handshake struct {
	server  *apnsServer
	raw     *mutableConn
	keyLog  bytes.Buffer
	client  apnsClient
	refusal apnsReason // to be told in a GOAWAY, at the first request
}

// run makes the TLS connection. After an error nothing but closing is left to do.
func (h *handshake) run(ctx context.Context) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	conn := tls.Server(h.raw, h.config())
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	if conn.ConnectionState().NegotiatedProtocol != "h2" {
		return nil, errors.New("the client did not offer h2")
	}
	h.keyLog = bytes.Buffer{}
	return conn, nil
}

// config asks for a certificate of any issuer and leaves all judgement to verify: with
// a list of issuers, clients would withhold a certificate that is not on it. Sessions
// are not resumed, so that each connection is judged anew.
func (h *handshake) config() *tls.Config {
	return &tls.Config{
		Certificates:                []tls.Certificate{h.server.cfg.Certificate},
		MinVersion:                  tls.VersionTLS12,
		NextProtos:                  []string{"h2"},
		ClientAuth:                  tls.RequestClientCert,
		SessionTicketsDisabled:      true,
		DynamicRecordSizingDisabled: true,
		Time:                        h.server.cfg.Now,
		VerifyConnection:            h.verify,
		KeyLogWriter:                &h.keyLog, // for alertRecord, discarded afterwards
	}
}

// verify judges the client's certificate while the handshake can still be refused.
func (h *handshake) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return nil // provider tokens are asked for instead
	}
	leaf := state.PeerCertificates[0]
	h.client = apnsClient{certified: true, topics: certificateTopics(leaf)}
	switch h.judge(leaf) {
	case verdictExpired:
		return h.alert(state, alertCertificateExpired)
	case verdictRevoked:
		return h.alert(state, alertCertificateRevoked)
	case verdictUnknown:
		h.refusal = reasonBadCertificate
	default:
		h.refusal = environmentRefusal(leaf)
	}
	return nil
}

func (h *handshake) judge(leaf *x509.Certificate) verdict {
	if h.server.cfg.Judge == nil {
		return verdictOK
	}
	return h.server.cfg.Judge(leaf)
}

// alert refuses the handshake with an alert, or, under a cipher suite for which no
// record can be made, lets it pass and refuses in a GOAWAY.
func (h *handshake) alert(state tls.ConnectionState, alert byte) error {
	record, ok := alertRecord(state, h.keyLog.Bytes(), alert)
	if !ok {
		h.refusal = reasonBadCertificate
		return nil
	}
	h.raw.lastWrite(record)
	return errors.New("client certificate refused with a TLS alert")
}

// mutableConn is a connection that can be made to swallow what is written: after an
// alert of ours, the one that crypto/tls adds would use the same nonce again.
type mutableConn struct {
	net.Conn
	muted atomic.Bool
}

func (c *mutableConn) Write(p []byte) (int, error) {
	if c.muted.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// lastWrite sends p and nothing after it. An error shows in the handshake as well.
func (c *mutableConn) lastWrite(p []byte) {
	_, _ = c.Conn.Write(p)
	c.muted.Store(true)
}

// closeWrite ends our direction only: a full close with unread input resets the
// connection, and the client would lose our last words.
func closeWrite(conn net.Conn) {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// lingerAndClose gives the client a moment to read our last words.
func lingerAndClose(conn net.Conn) {
	closeWrite(conn)
	defer time.AfterFunc(lingerTimeout, func() { _ = conn.Close() }).Stop()
	_, _ = io.Copy(io.Discard, conn)
	_ = conn.Close()
}
