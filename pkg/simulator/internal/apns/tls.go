package apns

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

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

const (
	handshakeTimeout = 10 * time.Second
	lingerTimeout    = time.Second
)

// handshake is one TLS handshake on its way, and what it found out.
type handshake struct {
	server  *Server
	raw     *mutableConn
	keyLog  bytes.Buffer
	client  client
	refusal Reason // to be told in a GOAWAY, at the first request
}

// run makes the TLS connection. After an error nothing but closing is left to do.
func (h *handshake) run(ctx context.Context) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	conn := tls.Server(h.raw, h.config())
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	h.keyLog = bytes.Buffer{}
	return conn, nil
}

// config asks for a certificate of any issuer and leaves all checks to verify: with
// a list of issuers, clients would withhold a certificate that is not on it. Sessions
// are not resumed, so that each connection is checked anew. A client that does not
// negotiate h2 is taken all the same, as Apple takes it: the preface tells what it speaks.
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

// verify checks the client's certificate while the handshake can still be refused.
func (h *handshake) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return nil // provider tokens are asked for instead
	}
	leaf := state.PeerCertificates[0]
	h.client = client{certified: true, topics: certificateTopics(leaf)}
	switch h.verdict(leaf) {
	case ca.Expired:
		return h.alert(state, alertCertificateExpired)
	case ca.Revoked:
		return h.alert(state, alertCertificateRevoked)
	case ca.Unknown:
		h.refusal = reasonBadCertificate
	default:
		h.refusal = environmentRefusal(leaf)
	}
	return nil
}

func (h *handshake) verdict(leaf *x509.Certificate) ca.Verdict {
	if h.server.cfg.Verdict == nil {
		return ca.Good
	}
	return h.server.cfg.Verdict(leaf)
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
