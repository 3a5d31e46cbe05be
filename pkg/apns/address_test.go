package apns_test

import (
	"net/url"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestAddress(t *testing.T) {
	for name, row := range map[string]struct {
		sandbox  bool
		endpoint string
		port     uint16
		want     string // else the key of the problem
	}{
		"Apple's":                 {want: "https://api.push.apple.com"},
		"the other port":          {port: 2197, want: "https://api.push.apple.com:2197"},
		"the sandbox":             {sandbox: true, want: "https://api.sandbox.push.apple.com"},
		"the sandbox's port":      {sandbox: true, port: 2197, want: "https://api.sandbox.push.apple.com:2197"},
		"one's own":               {endpoint: "https://a:1", want: "https://a:1"},
		"one's own, without port": {endpoint: "https://[::1]", port: 443, want: "https://[::1]:443"},
		"no port of Apple's":      {port: 80, want: "usage.push-port"},
		"two ports":               {endpoint: "https://a:1", port: 2, want: "usage.push-two-ports"},
		"two places":              {sandbox: true, endpoint: "https://a", want: "usage.exclusive.endpoints"},
		"no address":              {endpoint: ":", want: "usage.push-endpoint"},
	} {
		got, err := apns.Address(row.sandbox, row.endpoint, row.port)
		if err != nil {
			if key := problem.Of(err).Key(); key != row.want {
				t.Errorf("%s: %s, want %s", name, key, row.want)
			}
		} else if got.String() != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
}

func TestAFlagComesBeforeTheEnvironment(t *testing.T) {
	environment := func(name string) string { return map[string]string{"HTTPS_PROXY": "http://theirs:1"}[name] }
	for flag, want := range map[string]string{"": "http://theirs:1", "ours:2": "http://ours:2"} {
		proxy, err := apns.ProxyFor("--proxy", flag, environment)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := proxy(&url.URL{Scheme: "https", Host: "api.push.apple.com"}); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v, want %s", flag, got, err, want)
		}
	}
	_, err := apns.ProxyFor("--proxy", "socks5://p", environment)
	if err == nil || problem.Of(err).Params["source"] != "--proxy" {
		t.Errorf("another kind of proxy: %v", err)
	}
}
