package cli

import (
	"net/url"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// proxyChoice is the proxy to APNs, and where it was named.
type proxyChoice struct {
	via    *url.URL // nil for none
	source string   // --proxy or a variable; empty if nobody named one
	broken bool     // the variable's value is no address, so it was passed over
}

// chooseProxy tells where a proxy came from, or why there is none although one was named.
func chooseProxy(flag string, getenv func(string) string, endpoint *url.URL, via *url.URL) proxyChoice {
	if flag != "" {
		return proxyChoice{via: via, source: "--proxy"}
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		if getenv(name) == "" {
			continue
		}
		p := proxyChoice{via: via, source: name}
		if via == nil {
			alone := apns.ProxyFrom(func(n string) string {
				if n == name {
					return getenv(n)
				}
				return ""
			})
			used, err := alone(&url.URL{Scheme: endpoint.Scheme, Host: "apns.invalid"})
			p.broken = err != nil || used == nil
		}
		return p
	}
	return proxyChoice{via: via}
}

// proxyCheck tells which proxy applies and what it answered. If it opened one way, it
// works; which ports it opens is for the checks of the ports.
func proxyCheck(p proxyChoice, tries []try) check {
	c := newCheck(checkProxy)
	switch {
	case p.broken:
		c.see("proxy.none", nil)
		c.warn(fault{key: "proxy.broken", params: problem.Params{"source": p.source}})
		return c
	case p.via == nil && p.source != "":
		c.see("proxy.exempt", problem.Params{"source": p.source})
		return c
	case p.via == nil:
		c.see("proxy.none", nil)
		return c
	}
	c.see("proxy.used", problem.Params{"proxy": masked(p.via), "source": p.source})
	if p.via.Scheme != "http" && p.via.Scheme != "https" {
		c.fail(problem.ExitNetwork, fault{key: "proxy.scheme", params: problem.Params{"source": p.source}})
		return c
	}
	for _, t := range tries {
		if t.Failed > apns.StepProxy {
			c.see("proxy.opens", nil)
			return c
		}
	}
	if len(tries) > 0 {
		c.fail(problem.ExitNetwork, fault{problem: tries[0].Err})
	}
	return c
}

// masked is a proxy's address without user and password.
func masked(u *url.URL) string {
	user := ""
	if u.User != nil {
		user = "***@"
	}
	return u.Scheme + "://" + user + u.Host
}
