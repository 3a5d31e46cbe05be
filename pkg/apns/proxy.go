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

	"golang.org/x/net/http/httpproxy"
)

// ProxyFrom makes the function for [Config.Proxy] from the environment that getenv
// reads (HTTPS_PROXY, NO_PROXY and their lower-case forms; loopback is never proxied).
func ProxyFrom(getenv func(string) string) func(*url.URL) (*url.URL, error) {
	first := func(names ...string) string {
		for _, name := range names {
			if v := getenv(name); v != "" {
				return v
			}
		}
		return ""
	}
	settings := httpproxy.Config{
		HTTPSProxy: first("HTTPS_PROXY", "https_proxy"),
		NoProxy:    first("NO_PROXY", "no_proxy"),
	}
	return settings.ProxyFunc()
}

// throughProxy opens a tunnel with CONNECT (RFC 9110 section 9.3.6), with basic
// authentication when the proxy's URL has a user.
func throughProxy(ctx context.Context, dialer *net.Dialer, via *url.URL, address string) (net.Conn, error) {
	raw, err := dialProxy(ctx, dialer, via)
	if err != nil {
		return nil, &dialError{stage: stageProxy, named: true, err: err}
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	if err := tunnel(raw, via.User, address); err != nil {
		_ = raw.Close()
		if ctx.Err() != nil {
			err = errSilent
		}
		return nil, &dialError{stage: stageProxy, named: true, err: err}
	}
	return raw, nil
}

// dialProxy connects to the proxy itself.
func dialProxy(ctx context.Context, dialer *net.Dialer, via *url.URL) (net.Conn, error) {
	port := via.Port()
	secure := via.Scheme == "https"
	if port == "" {
		port = "80"
		if secure {
			port = "443"
		}
	}
	at := net.JoinHostPort(via.Hostname(), port)
	if !secure {
		return dialer.DialContext(ctx, "tcp", at)
	}
	return (&tls.Dialer{NetDialer: dialer, Config: &tls.Config{MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", at)
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
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return &proxyError{status: answer.StatusCode, text: answer.Status}
	}
	if in.Buffered() > 0 {
		return &proxyError{status: answer.StatusCode, text: "before it was asked"}
	}
	return nil
}
