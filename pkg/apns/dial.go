package apns

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"time"

	"golang.org/x/net/http2"
)

// dial makes a connection that is ready for pushes: TCP, through a proxy if there is
// one; TLS 1.2 or later with HTTP/2; the peer's SETTINGS. Names are resolved anew each
// time, as Apple asks. It takes no longer than within.
func (r *run) dial(ctx context.Context, within time.Duration) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	raw, err := r.connect(ctx)
	if err != nil {
		return nil, err
	}
	return r.secure(ctx, raw)
}

// secure makes TLS and HTTP/2 of a TCP connection, which it closes if it fails.
func (r *run) secure(ctx context.Context, raw net.Conn) (*conn, error) {
	named := true
	config := r.tlsConfig(&named)
	nc := tls.Client(raw, config)
	if err := nc.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		if ctx.Err() != nil {
			err = errSilent
		}
		return nil, &dialError{stage: stageTLS, named: named, err: withoutAuthorities(err, config.RootCAs)}
	}
	if nc.ConnectionState().NegotiatedProtocol != http2.NextProtoTLS {
		_ = nc.Close()
		return nil, &dialError{stage: stageTLS, named: named, err: errNoH2}
	}
	c := newConn(r, nc)
	if err := c.greet(ctx); err != nil {
		_ = nc.Close()
		return nil, &dialError{stage: stageGreet, named: named, err: err}
	}
	return c, nil
}

// connect opens the TCP connection.
func (r *run) connect(ctx context.Context) (net.Conn, error) {
	via, err := r.proxy()
	if err != nil {
		return nil, &dialError{stage: stageProxy, named: true, err: err}
	}
	dialer := net.Dialer{KeepAlive: time.Minute}
	if via != nil {
		return throughProxy(ctx, &dialer, via, r.address)
	}
	raw, err := dialer.DialContext(ctx, "tcp", r.address)
	if err != nil {
		return nil, &dialError{stage: stageConnect, named: true, err: err}
	}
	return raw, nil
}

// proxy asks the configuration for the proxy.
func (r *run) proxy() (*url.URL, error) {
	if r.cfg.Proxy == nil {
		return nil, nil //nolint:nilnil // no proxy is no error
	}
	return r.cfg.Proxy(r.cfg.Endpoint)
}

// tlsConfig is the configuration of one connection. Go's client withholds its
// certificate when the peer's list of authorities does not name the issuer; a refusal
// then says nothing of the certificate. Ours is always sent, and named learns whether
// the list had the issuer.
func (r *run) tlsConfig(named *bool) *tls.Config {
	config := r.cfg.TLS.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	config.NextProtos = []string{http2.NextProtoTLS}
	config.DynamicRecordSizingDisabled = true // full records from the start
	config.ClientSessionCache = nil           // a resumed session would not show our certificate again
	if config.ServerName == "" {
		config.ServerName = r.cfg.Endpoint.Hostname()
	}
	if len(config.Certificates) > 0 && config.GetClientCertificate == nil {
		certificate := config.Certificates[0]
		config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			*named = names(info.AcceptableCAs, certificate)
			return &certificate, nil
		}
	}
	return config
}

// names tells whether a list of authorities (DER names) has an issuer of the chain. An
// empty list names everybody.
func names(list [][]byte, certificate tls.Certificate) bool {
	if len(list) == 0 {
		return true
	}
	for _, der := range certificate.Certificate {
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			continue
		}
		for _, name := range list {
			if string(name) == string(parsed.RawIssuer) {
				return true
			}
		}
	}
	return false
}
