package apns_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// says is a proxy that reads a request and gives always the same answer.
func says(answer string) func(net.Conn, int) {
	return func(nc net.Conn, _ int) {
		if _, err := http.ReadRequest(bufio.NewReader(nc)); err == nil {
			_, _ = io.WriteString(nc, strings.ReplaceAll(answer, "\n", "\r\n"))
			lastWords(nc)
		}
	}
}

func wants(fields string) func(net.Conn, int) {
	return says("HTTP/1.1 407 Proxy Authentication Required\n" + fields + "Content-Length: 0\n\n")
}

// Each way in which a proxy does not open the way has its own next step.
func TestProxiesThatDoNotOpenTheWay(t *testing.T) {
	user := url.UserPassword("u", "secret-word")
	tests := map[string]struct {
		proxy   func(net.Conn, int)
		scheme  string // of its address; http if empty
		user    *url.Userinfo
		want    string
		schemes string
		conns   int32 // at most
	}{
		"wants a password":                {wants("Proxy-Authenticate: Basic realm=\"a\"\n"), "", nil, "proxy-authentication", "Basic", 1},
		"does not say what it wants":      {wants(""), "", nil, "proxy-authentication", "-", 1},
		"does not take the password":      {wants("Proxy-Authenticate: Basic realm=\"a\"\n"), "", user, "proxy-password", "Basic", 1},
		"does not say why not":            {wants(""), "", user, "proxy-password", "-", 1},
		"wants NTLM or Negotiate":         {wants("Proxy-Authenticate: Negotiate\nProxy-Authenticate: NTLM\n"), "", nil, "proxy-scheme", "Negotiate, NTLM", 1},
		"wants NTLM, and not a password":  {wants("Proxy-Authenticate: NTLM\n"), "", user, "proxy-scheme", "NTLM", 1},
		"has Basic beside others":         {wants("Proxy-Authenticate: Negotiate, NTLM, basic realm=\"a\"\n"), "", nil, "proxy-authentication", "Negotiate, NTLM, basic", 1},
		"names Basic in a parameter only": {wants("Proxy-Authenticate: Digest realm=\"x, Basic y\", nonce=\"\\\", Basic\", qop = \"auth\"\n"), "", nil, "proxy-scheme", "Digest", 1},
		"names what is no word":           {wants("Proxy-Authenticate: \u202e, NTLM, NTLM, " + strings.Repeat("a", 33) + "\n"), "", nil, "proxy-scheme", "NTLM", 1},
		"forbids it":                      {says("HTTP/1.1 403 Forbidden\nContent-Length: 0\n\n"), "", user, "proxy-refused", "-", 1},
		"does not know CONNECT":           {says("HTTP/1.1 501 Not Implemented\nContent-Length: 0\n\n"), "", nil, "proxy-refused", "-", 3},
		"cannot get there":                {says("HTTP/1.1 502 Bad Gateway\nContent-Length: 0\n\n"), "", nil, "proxy-failed", "-", 3},
		"is at its limit":                 {says("HTTP/1.1 503 Service Unavailable\nContent-Length: 0\n\n"), "", nil, "proxy-failed", "-", 3},
		"leads elsewhere":                 {says("HTTP/1.1 302 Found\nLocation: http://login/\nContent-Length: 0\n\n"), "", nil, "proxy-refused", "-", 3},
		"opens it and speaks at once":     {says("HTTP/1.1 200 OK\n\n<html>"), "", nil, "proxy-other", "", 3},
		"is no proxy":                     {says("SSH-2.0-OpenSSH_9.9\n"), "", nil, "proxy-other", "", 3},
		"goes away":                       {func(net.Conn, int) {}, "", nil, "proxy", "", 3},
		"is silent":                       {func(nc net.Conn, _ int) { _, _ = io.Copy(io.Discard, nc) }, "", nil, "proxy-silent", "", 3},
		"does not speak TLS":              {func(nc net.Conn, _ int) { _, _ = io.WriteString(nc, "HTTP/1.1 400 Bad Request\r\n\r\n") }, "https", nil, "proxy-tls", "", 3},
		"is not trusted":                  {func(nc net.Conn, _ int) { _ = tls.Server(nc, serverTLS()).HandshakeContext(t.Context()) }, "https", nil, "proxy-tls", "", 3},
		"is silent in TLS":                {func(nc net.Conn, _ int) { _, _ = io.Copy(io.Discard, nc) }, "https", nil, "proxy-silent", "", 3},
	}
	together := newCrowd()
	for name, test := range tests {
		together.join(func() {
			t.Run(name, func(t *testing.T) {
				way := listen(t, test.proxy)
				via := &url.URL{Scheme: test.scheme, Host: way.url.Host, User: test.user}
				if via.Scheme == "" {
					via.Scheme = "http"
				}
				c := hasty(clientFor(t, way, func(cfg *apns.Config) {
					cfg.Endpoint = &url.URL{Scheme: "https", Host: "apns.invalid"}
					cfg.Proxy = func(*url.URL) (*url.URL, error) { return via, nil }
				}))
				_, s, err := push(t, c, &fleet{n: 10})
				wantProblem(t, err, "apns-unreachable."+test.want)
				p := problem.Of(err)
				if p.Params["proxy"] != via.Host || p.Params["host"] != "apns.invalid" || p.Params["schemes"] != test.schemes {
					t.Errorf("%v", p.Params)
				}
				if s.Total > 0 || way.conns.Load() > test.conns || p.Code.Exit() != problem.ExitNetwork {
					t.Errorf("exit %d after %d connections, %+v", p.Code.Exit(), way.conns.Load(), s)
				}
				if strings.Contains(err.Error(), "secret-word") || strings.Contains(err.Error(), "dTpzZWNyZXQtd29yZA") {
					t.Errorf("the password is told: %v", err)
				}
			})
		})
	}
	together.all.Wait()
}

// A proxy without an address is the proxy's fault and not APNs'.
func TestProxyWithoutAnAddress(t *testing.T) {
	p := listen(t, says(""))
	c := hasty(clientFor(t, p, func(cfg *apns.Config) {
		cfg.Proxy = func(*url.URL) (*url.URL, error) { return url.Parse("http://proxy.invalid:3128") }
	}))
	_, _, err := push(t, c, &fleet{n: 1})
	wantProblem(t, err, "apns-unreachable.proxy-name")
}

// Any 2xx opens the way.
func TestProxyOpensWithAnySuccess(t *testing.T) {
	p := serveH2(t, greetAndAccept)
	way := listen(t, func(nc net.Conn, _ int) {
		in := bufio.NewReader(nc)
		if _, err := http.ReadRequest(in); err != nil {
			return
		}
		to, err := net.Dial("tcp", p.url.Host)
		if err != nil {
			return
		}
		defer func() { _ = to.Close() }()
		_, _ = io.WriteString(nc, "HTTP/1.1 299 As You Like\r\n\r\n")
		go func() { _, _ = io.Copy(to, in); _ = to.Close() }()
		_, _ = io.Copy(nc, to)
	})
	via := &url.URL{Scheme: "http", Host: way.url.Host}
	c := clientFor(t, p, func(cfg *apns.Config) { cfg.Proxy = func(*url.URL) (*url.URL, error) { return via, nil } })
	_, s, err := push(t, c, &fleet{n: 10})
	wantAccepted(t, s, err, 10)
}

// A machine that trusts nobody is not told that a server is suspect.
func TestServersOnAMachineWithoutAuthorities(t *testing.T) {
	for name, test := range map[string]struct {
		roots *x509.CertPool
		want  string
	}{
		"none at all": {x509.NewCertPool(), "apns-tls.no-authorities"},
		"others":      {strangers(t), "apns-tls.server-untrusted"},
	} {
		p := serveH2(t, greetAndAccept)
		_, _, err := push(t, hasty(clientFor(t, p, func(cfg *apns.Config) { cfg.TLS.RootCAs = test.roots })), &fleet{n: 1})
		if got := problem.Of(err); err == nil || got.Key() != test.want {
			t.Errorf("%s: %v", name, err)
		}
		if _, unknown := errors.AsType[x509.UnknownAuthorityError](err); !unknown {
			t.Errorf("%s: the cause is lost: %v", name, err)
		}
	}
}
