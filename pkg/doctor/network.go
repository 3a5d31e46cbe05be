package doctor

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// try is a connection to one port.
type try struct {
	apns.Probe
	url  *url.URL
	port string
}

// network makes the checks of the way to APNs and of APNs itself.
func (w World) network(ctx context.Context, opener Opener) []Check {
	host := w.Route.Endpoint.Hostname()
	via, err := w.Route.Proxy(w.Route.Endpoint)
	byName := via == nil && !isAddress(host)
	a := w.ask(ctx, byName)
	best := farthest(a.tries)
	certificate, shown := w.certificateCheck(ctx, best, opener)
	checks := []Check{clockCheck(w.clock(a, best)), proxyCheck(proxyChoice{via, w.Route.ProxySource, err}, a.tries), nameCheck(host, byName, a.addresses, a.unnamed)}
	checks = append(checks, portChecks(a.tries, best, w.pushOver(best.port))...)
	return append(checks, chainCheck(host, best), http2Check(best, shown), certificate)
}

// clock is what there is to compare this machine's clock with.
func (w World) clock(a answers, best try) clockEvidence {
	e := clockEvidence{now: a.now, date: a.date, unreached: a.unreached, system: w.System}
	if a.date.IsZero() {
		e.now = w.Now()
	}
	if w.Route.Portal != nil {
		e.portal = w.Route.Portal.Host
	}
	if w.Config.State != nil {
		e.newest = newestEntry(w.Config.State)
	}
	if len(best.Sent) > 0 {
		e.leaf = best.Sent[0]
	}
	return e
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// tries are the connections to make: to the port that was asked for, else to both.
func (r Route) tries() []try {
	if port := r.Endpoint.Port(); port != "" {
		return []try{{url: r.Endpoint, port: port}}
	}
	var all []try
	for _, port := range []string{"443", "2197"} {
		u := *r.Endpoint
		u.Host = net.JoinHostPort(u.Hostname(), port)
		all = append(all, try{url: &u, port: port})
	}
	return all
}

// farthest is the connection that came farthest, the first of equals.
func farthest(tries []try) try {
	best := tries[0]
	for _, t := range tries[1:] {
		if t.Failed > best.Failed {
			best = t
		}
	}
	return best
}

// mostAddresses is how many addresses of a name are told.
const mostAddresses = 4

// nameCheck tells what DNS says.
func nameCheck(host string, byName bool, addresses []netip.Addr, err error) Check {
	c := newCheck(checkDNS)
	switch {
	case !byName && isAddress(host):
		c.skip("dns.address", problem.Params{"host": host})
	case !byName:
		c.skip("dns.proxy", problem.Params{"host": host})
	case err != nil || len(addresses) == 0:
		c.see("dns.none", problem.Params{"host": host})
		c.fail(problem.ExitNetwork, Cause{Problem: problem.Say(problem.APNsUnreachable, "name", problem.Params{"name": host, "host": host})})
	default:
		var list []string
		for _, a := range addresses[:min(len(addresses), mostAddresses)] {
			list = append(list, a.Unmap().String())
		}
		c.see("dns.found", problem.Params{
			"host": host, "count": strconv.Itoa(len(addresses)), "addresses": strings.Join(list, ", "),
		})
	}
	return c
}

// pushOver are the values of a push over the port that serves.
func (w World) pushOver(port string) problem.Params {
	command := w.Again("apnsctl push") + " --port " + port // which was not given: both were tried
	if w.Profile != "" {
		command += " -p " + w.Quote(w.Profile)
	}
	return problem.Params{"open_port": port, "command": command}
}

// portChecks check each port; push says how to go over the best.
func portChecks(tries []try, best try, push problem.Params) []Check {
	var checks []Check
	for _, t := range tries {
		checks = append(checks, portCheck(t, best, push))
	}
	return checks
}

// portCheck checks one port beside the one that came farthest: one suffices, so this one
// closed is a warning while the other serves. Where the way ends before any port, none
// is checked.
func portCheck(t, best try, push problem.Params) Check {
	c := newCheck(Port + t.port)
	f := Cause{Problem: t.Err}
	switch {
	case best.Failed == apns.StepProxy:
		c.skip("port.no-proxy", nil)
		return c
	case best.Failed == apns.StepName:
		c.skip("port.no-name", nil)
		return c
	case best.Failed == apns.StepConnect:
		c.fail(problem.ExitNetwork, f)
	case t.Failed < min(best.Failed, apns.StepHTTP2):
		f.Key, f.Params = "port.other", push
		c.warn(f)
	}
	if t.Failed > apns.StepConnect {
		c.see("port.open", problem.Params{"address": t.Address})
	} else {
		c.see("port.closed", nil)
	}
	return c
}
