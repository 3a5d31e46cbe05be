package server

import (
	"cmp"
	"context"
	"crypto/x509"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Options are how servers are spoken with. The zero value will do.
type Options struct {
	Roots *x509.CertPool // whom to trust; nil is the system's
	// Proxy says by which proxy an address is reached; nil is none.
	Proxy     func(*url.URL) (*url.URL, error)
	UserAgent string        // empty is apnsctl
	Timeout   time.Duration // of each call; zero is half a minute
	// Sleep waits between two tries, and ends with ctx; nil waits for real.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Open checks an access without any call, and gives the server behind it. An unknown kind, an
// address that cannot be one or is not encrypted, and a credential that is missing are usage.
func Open(a Access, o Options) (Server, error) {
	p := a.Kind.product()
	if p.open == nil {
		return nil, problem.Say(problem.Usage, "server-kind", problem.Params{"kind": string(a.Kind), "kinds": strings.Join(KindNames(), ", ")})
	}
	base, err := address(a, p.offers)
	if err != nil {
		return nil, err
	}
	a.Name = cmp.Or(a.Name, base.Hostname())
	if a.Credentials, err = credentials(a, p.offers); err != nil {
		return nil, err
	}
	return p.open(newDoor(a, base, o), a), nil
}

// KindNames lists the names of the kinds.
func KindNames() (names []string) {
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return names
}

// address is the base of every call. What is not encrypted is for this machine alone, as tests
// and rehearsals are; and an address has no place for credentials.
func address(a Access, offers Offers) (*url.URL, error) {
	params := problem.Params{"server": cmp.Or(a.Name, string(a.Kind)), "kind": string(a.Kind)}
	u, err := url.Parse(strings.TrimSpace(cmp.Or(a.URL, offers.URL)))
	switch {
	case err != nil, u.Hostname() == "", u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, problem.Say(problem.Usage, "server-url", params)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	case u.Scheme == "http":
		params["host"] = u.Hostname()
		return nil, problem.Say(problem.Usage, "server-insecure", params)
	}
	return nil, problem.Say(problem.Usage, "server-url", params)
}

// isLoopback tells whether a host is this machine, without asking DNS (RFC 6761, 6.3).
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// credentials are those given, without the line end of a file.
func credentials(a Access, offers Offers) (map[string]string, error) {
	given := map[string]string{}
	for name, value := range a.Credentials {
		params := problem.Params{"server": a.Name, "kind": string(a.Kind), "credential": name, "credentials": strings.Join(offers.Credentials, ", ")}
		value = strings.TrimSpace(value)
		switch {
		case !slices.Contains(offers.Credentials, name):
			return nil, problem.Say(problem.Usage, "server-credential.unknown", params)
		case strings.ContainsFunc(value, unicode.IsControl):
			return nil, problem.Say(problem.Usage, "server-credential-broken", params)
		case value != "":
			given[name] = value
		}
	}
	missing := func(way []string) string {
		at := slices.IndexFunc(way, func(name string) bool { return given[name] == "" })
		if at < 0 {
			return ""
		}
		return way[at]
	}
	begun := offers.Ways[0]
	for _, way := range offers.Ways {
		if missing(way) == "" {
			return given, nil
		}
		if slices.ContainsFunc(way, func(name string) bool { return given[name] != "" }) {
			begun = way
		}
	}
	return nil, problem.Say(problem.Usage, "server-credential", problem.Params{
		"server": a.Name, "kind": string(a.Kind), "credential": missing(begun), "credentials": strings.Join(offers.Credentials, ", "),
	})
}
