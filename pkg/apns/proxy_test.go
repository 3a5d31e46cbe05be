package apns_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

func TestProxy(t *testing.T) {
	p := serveH2(t, greetAndAccept)
	tests := map[string]struct {
		user *url.Userinfo
		want string
	}{
		"with its password":  {url.UserPassword("u", "secret"), ""},
		"without a password": {nil, "apns-unreachable.proxy-authentication"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			via := proxy(t)
			via.User = test.user
			c := clientFor(t, p, func(cfg *apns.Config) { cfg.Proxy = func(*url.URL) (*url.URL, error) { return via, nil } })
			_, s, err := push(t, c, &fleet{n: 10})
			if test.want != "" {
				wantProblem(t, err, test.want)
				return
			}
			wantAccepted(t, s, err, 10)
		})
	}
}

// proxy is an HTTP proxy that knows CONNECT and one user.
func proxy(t *testing.T) *url.URL {
	t.Helper()
	p := listen(t, func(nc net.Conn, _ int) {
		in := bufio.NewReader(nc)
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		r.Header.Set("Authorization", r.Header.Get("Proxy-Authorization"))
		if user, password, _ := r.BasicAuth(); r.Method != http.MethodConnect || user != "u" || password != "secret" {
			_, _ = io.WriteString(nc, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
			return
		}
		to, err := net.Dial("tcp", r.Host)
		if err != nil {
			return
		}
		defer func() { _ = to.Close() }()
		_, _ = io.WriteString(nc, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(to, in); _ = to.Close() }()
		_, _ = io.Copy(nc, to)
	})
	return &url.URL{Scheme: "http", Host: p.url.Host}
}
