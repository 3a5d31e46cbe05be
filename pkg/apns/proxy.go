package apns

import (
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// ProxyVariable is the variable that names the proxy, of those that getenv reads, and its
// value; empty if none does.
func ProxyVariable(getenv func(string) string) (name, value string) {
	return firstSet(getenv, "HTTPS_PROXY", "https_proxy")
}

// ProxyFor makes the function for [Config.Proxy]: everything goes through the proxy that a
// flag names, and without a value of it each address as [ProxyFrom] says. The error is that of
// [ParseProxy] about the flag.
func ProxyFor(flag, value string, getenv func(string) string) (func(*url.URL) (*url.URL, error), error) {
	if value == "" {
		return ProxyFrom(getenv), nil
	}
	via, err := ParseProxy(flag, value)
	return func(*url.URL) (*url.URL, error) { return via, nil }, err
}

// ProxyFrom makes the function for [Config.Proxy] from the environment that getenv
// reads (HTTPS_PROXY, NO_PROXY and their lower-case forms; loopback is never proxied).
// The function fails, as [ParseProxy] does, only where the proxy would be used.
func ProxyFrom(getenv func(string) string) func(*url.URL) (*url.URL, error) {
	name, value := ProxyVariable(getenv)
	if name == "" {
		return func(*url.URL) (*url.URL, error) { return nil, nil } //nolint:nilnil // no proxy is no error
	}
	via, broken := ParseProxy(name, value)
	_, exempt := firstSet(getenv, "NO_PROXY", "no_proxy")
	// An address stands in for the true one: httpproxy passes a broken one over.
	rules := httpproxy.Config{HTTPSProxy: "http://proxy.invalid", NoProxy: exempt}
	proxied := rules.ProxyFunc()
	return func(to *url.URL) (*url.URL, error) {
		if used, err := proxied(to); used == nil {
			return nil, err
		}
		return via, broken
	}
}

// firstSet is the first variable that is not empty.
func firstSet(getenv func(string) string, names ...string) (name, value string) {
	for _, name := range names {
		if value := getenv(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

// ParseProxy reads the address of a proxy, of the form http://host:port, https://host:port
// or host:port. Any other is a usage problem that names the source, which is a flag or a
// variable, and the value without user and password.
func ParseProxy(source, value string) (*url.URL, error) {
	address := value
	if !strings.Contains(value, "://") {
		address = "http://" + value
	}
	via, err := url.Parse(address)
	if err != nil || via.Hostname() == "" || via.Scheme != "http" && via.Scheme != "https" {
		// The cause is left out: it would tell the password.
		return nil, problem.Say(problem.Usage, "push-proxy", problem.Params{"source": source, "value": maskProxy(value)})
	}
	return via, nil
}

// maskProxy hides what may be secret in an address, also in one that cannot be parsed:
// all that stands before the last @, and what follows the host.
func maskProxy(value string) string {
	front, host := "", value
	if scheme, rest, found := strings.Cut(value, "://"); found && !strings.ContainsAny(scheme, ":@") {
		front, host = scheme+"://", rest
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		front, host = front+"***@", host[i+1:]
	}
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	return front + host
}
