package apns

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
)

// throughProxy opens a tunnel with CONNECT (RFC 9110 section 9.3.6), with basic
// authentication when the proxy's URL has a user.
func throughProxy(ctx context.Context, dialer *net.Dialer, via *url.URL, address string) (net.Conn, error) {
	at := proxyAddress(via)
	raw, err := dialProxy(ctx, dialer, via.Scheme, at)
	if err != nil {
		return nil, &dialError{stage: stageProxy, named: true, proxy: at, err: err}
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	if err := tunnel(raw, via.User, address); err != nil {
		_ = raw.Close()
		if ctx.Err() != nil {
			err = errSilent
		}
		return nil, &dialError{stage: stageProxy, named: true, proxy: at, err: err}
	}
	return raw, nil
}

// proxyAddress is host:port of the proxy.
func proxyAddress(via *url.URL) string {
	port := via.Port()
	switch {
	case port != "":
	case via.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(via.Hostname(), port)
}

// dialProxy connects to the proxy itself.
func dialProxy(ctx context.Context, dialer *net.Dialer, scheme, at string) (net.Conn, error) {
	raw, err := dialer.DialContext(ctx, "tcp", at)
	if err != nil || scheme != "https" {
		return raw, err
	}
	host, _, _ := net.SplitHostPort(at) // it was joined
	secure := tls.Client(raw, &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host})
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		if ctx.Err() != nil {
			return nil, errSilent
		}
		return nil, &proxyTLSError{withoutAuthorities(err, nil)}
	}
	return secure, nil
}

// maxProxyAnswer bounds the head of a proxy's answer, in bytes.
const maxProxyAnswer = 64 << 10

// tunnel asks the proxy for the way to address.
func tunnel(raw net.Conn, user *url.Userinfo, address string) error {
	head := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if user != nil {
		password, _ := user.Password()
		pair := user.Username() + ":" + password
		head += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) + "\r\n"
	}
	if _, err := io.WriteString(raw, head+"\r\n"); err != nil {
		return err
	}
	// The peer is silent until we begin with TLS, so nothing beyond the answer is read.
	in := bufio.NewReader(io.LimitReader(raw, maxProxyAnswer))
	answer, err := http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
	switch {
	case err != nil && !networkError(err):
		return errNoProxy
	case err != nil:
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	switch {
	case answer.StatusCode/100 != 2: // any 2xx opens it (RFC 9110 section 9.3.6)
		return &proxyError{
			status: answer.StatusCode, named: user != nil,
			schemes: challenges(answer.Header.Values("Proxy-Authenticate")),
		}
	case in.Buffered() > 0: // before it was asked
		return errNoProxy
	}
	return nil
}
