package doctor

import (
	"net/url"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// proxyChoice is the proxy to APNs, and where it was named.
type proxyChoice struct {
	via    *url.URL // nil for none
	source string   // --proxy or a variable; empty if nobody named one
	err    error    // why it cannot be used
}

// proxyCheck tells which proxy applies and what it answered. If it opened one way, it
// works; which ports it opens is for the checks of the ports.
func proxyCheck(p proxyChoice, tries []try) Check {
	c := newCheck(checkProxy)
	switch {
	case p.err != nil:
		broken := problem.Of(p.err)
		c.see("proxy.used", problem.Params{"proxy": broken.Params["value"], "source": p.source})
		c.fail(broken.Code.Exit(), Cause{Problem: broken})
		return c
	case p.via == nil && p.source != "":
		c.see("proxy.exempt", problem.Params{"source": p.source})
		return c
	case p.via == nil:
		c.see("proxy.none", nil)
		return c
	}
	c.see("proxy.used", problem.Params{"proxy": masked(p.via), "source": p.source})
	for _, t := range tries {
		if t.Failed > apns.StepProxy {
			c.see("proxy.opens", nil)
			return c
		}
	}
	if len(tries) > 0 {
		c.fail(problem.ExitNetwork, Cause{Problem: tries[0].Err})
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
