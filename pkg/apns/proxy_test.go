package apns_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestProxy(t *testing.T) {
	p := serveH2(t, greetAndAccept)
	via := proxy(t)
	via.User = url.UserPassword("u", "secret")
	c := clientFor(t, p, func(cfg *apns.Config) { cfg.Proxy = func(*url.URL) (*url.URL, error) { return via, nil } })
	_, s, err := push(t, c, &fleet{n: 10})
	wantAccepted(t, s, err, 10)
}

func TestAddressesOfProxies(t *testing.T) {
	for value, want := range map[string]string{
		"http://p:1": "http://p:1", "https://p": "https://p", "HTTP://p": "http://p", "p:1": "http://p:1", "192.0.2.1": "http://192.0.2.1",
		"http://u:secret@p:1/": "http://u:secret@p:1/", "u:secret@p:1": "http://u:secret@p:1",
	} {
		if got, err := apns.ParseProxy("--proxy", value); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v", value, got, err)
		}
	}
	for value, shown := range map[string]string{
		"socks5://p:1": "socks5://p:1", "socks5://u:secret@p:1": "socks5://***@p:1", "socks5h://secret@p": "socks5h://***@p",
		"http://u:secret@%zz": "http://***@%zz", "http://u:sec/ret@p:port": "http://***@p:port", "http://u:sec@ret@p:port": "http://***@p:port",
		"u:secret@p:port": "***@p:port", "u:sec://ret@p:port": "***@p:port", "http://": "http://", ":": ":", "http://:80/secret": "http://:80",
		"ftp://p?secret": "ftp://p", "direct://": "direct://",
	} {
		_, err := apns.ParseProxy("HTTPS_PROXY", value)
		if err == nil {
			t.Errorf("%q is taken", value)
			continue
		}
		p := problem.Of(err)
		if p.Key() != "usage.push-proxy" || p.Params["source"] != "HTTPS_PROXY" || p.Params["value"] != shown || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		to   string
		want string // "" for none, "!" for a refusal
	}{
		"none":                        {nil, "api.push.apple.com", ""},
		"for others":                  {map[string]string{"HTTP_PROXY": "p:1", "ALL_PROXY": "p:1"}, "api.push.apple.com", ""},
		"named":                       {map[string]string{"HTTPS_PROXY": "http://p:1"}, "api.push.apple.com", "http://p:1"},
		"named in small letters":      {map[string]string{"https_proxy": "p:1"}, "api.push.apple.com:2197", "http://p:1"},
		"the first counts":            {map[string]string{"HTTPS_PROXY": "p:1", "https_proxy": "socks5://p"}, "api.push.apple.com", "http://p:1"},
		"exempt":                      {map[string]string{"HTTPS_PROXY": "p:1", "NO_PROXY": ".apple.com"}, "api.push.apple.com:2197", ""},
		"exempt in small letters":     {map[string]string{"HTTPS_PROXY": "p:1", "no_proxy": "api.push.apple.com"}, "api.push.apple.com", ""},
		"another is exempt":           {map[string]string{"HTTPS_PROXY": "p:1", "NO_PROXY": ".example.com"}, "api.push.apple.com", "http://p:1"},
		"loopback":                    {map[string]string{"HTTPS_PROXY": "p:1"}, "127.0.0.1:2197", ""},
		"loopback of IPv6":            {map[string]string{"HTTPS_PROXY": "p:1"}, "[::1]:2197", ""},
		"localhost":                   {map[string]string{"HTTPS_PROXY": "p:1"}, "localhost:2197", ""},
		"of another kind":             {map[string]string{"HTTPS_PROXY": "socks5://p:1"}, "api.push.apple.com", "!"},
		"no address":                  {map[string]string{"HTTPS_PROXY": "http://%zz"}, "api.push.apple.com", "!"},
		"no address, and not used":    {map[string]string{"HTTPS_PROXY": "http://%zz"}, "127.0.0.1", ""},
		"of another kind, and exempt": {map[string]string{"HTTPS_PROXY": "socks5://p:1", "NO_PROXY": "*"}, "api.push.apple.com", ""},
	} {
		proxyOf := apns.ProxyFrom(func(variable string) string { return test.env[variable] })
		via, err := proxyOf(&url.URL{Scheme: "https", Host: test.to})
		got := ""
		switch {
		case err != nil:
			got = "!"
		case via != nil:
			got = via.String()
		}
		if got != test.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
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
