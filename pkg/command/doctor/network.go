package doctor

import (
	"context"
	"crypto"
	"crypto/tls"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// try is a connection to one port.
type try struct {
	apns.Probe
	url  *url.URL
	port string
}

// namePatience is how long DNS may take.
const namePatience = 5 * time.Second

// examineNetwork makes the checks of the way to APNs and of APNs itself. All that is
// independent goes at once, each within its own few seconds, and nothing is pushed.
func (x *examination) examineNetwork(ctx context.Context) []check {
	var (
		wait      sync.WaitGroup
		clock     = clockEvidence{now: x.Now()}
		addresses []netip.Addr
		unnamed   error
	)
	proxy := chooseProxy(x.route.Proxy, x.Getenv, x.endpoint, x.proxyOf)
	if x.state != nil {
		clock.newest = newestEntry(x.state)
	}
	if portal, err := url.Parse(x.portalURL(ctx)); err == nil {
		clock.portal = portal.Host
		wait.Go(func() {
			if date, now := x.portalDate(ctx, portal); !date.IsZero() {
				clock.date, clock.now = date, now
			}
		})
	}
	host := x.endpoint.Hostname()
	byName := proxy.via == nil && !isAddress(host)
	if byName {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, namePatience)
			defer cancel()
			addresses, unnamed = net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		})
	}
	tries := x.tries()
	for i := range tries {
		wait.Go(func() { tries[i].Probe = x.probe(ctx, tries[i].url, nil) })
	}
	wait.Wait()

	best := farthest(tries)
	if len(best.Sent) > 0 {
		clock.leaf = best.Sent[0]
	}
	certificate, shown := x.certificateCheck(ctx, best)
	checks := []check{clockCheck(clock), proxyCheck(proxy, tries), nameCheck(host, byName, addresses, unnamed)}
	checks = append(checks, portChecks(tries, best, x.pushOver(best.port))...)
	return append(checks, chainCheck(host, best), http2Check(best, shown), certificate)
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// tries are the connections to make: to the port that was asked for, else to both.
func (x *examination) tries() []try {
	if port := x.endpoint.Port(); port != "" {
		return []try{{url: x.endpoint, port: port}}
	}
	var all []try
	for _, port := range []string{"443", "2197"} {
		u := *x.endpoint
		u.Host = net.JoinHostPort(u.Hostname(), port)
		all = append(all, try{url: &u, port: port})
	}
	return all
}

// client is a client of APNs with the examination's route. Without certificates it shows
// none.
func (x *examination) client(endpoint *url.URL, certificates []tls.Certificate) (*apns.Client, error) {
	return apns.New(apns.Config{
		Endpoint: endpoint, Proxy: x.proxyOf, Now: x.Now,
		TLS: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: x.roots, Time: x.Now, Certificates: certificates},
	})
}

// probe connects once.
func (x *examination) probe(ctx context.Context, endpoint *url.URL, certificates []tls.Certificate) apns.Probe {
	client, err := x.client(endpoint, certificates)
	if err != nil {
		return apns.Probe{Err: problem.Of(err)}
	}
	return client.Probe(ctx)
}

// shows is a certificate with its key, as TLS shows it.
func shows(leaf *pushcert.Certificate, key crypto.Signer) []tls.Certificate {
	return []tls.Certificate{{Certificate: [][]byte{leaf.X509.Raw}, PrivateKey: key, Leaf: leaf.X509}}
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
func nameCheck(host string, byName bool, addresses []netip.Addr, err error) check {
	c := newCheck(checkDNS)
	switch {
	case !byName && isAddress(host):
		c.skip("dns.address", problem.Params{"host": host})
	case !byName:
		c.skip("dns.proxy", problem.Params{"host": host})
	case err != nil || len(addresses) == 0:
		c.see("dns.none", problem.Params{"host": host})
		c.fail(problem.ExitNetwork, fault{problem: problem.Say(problem.APNsUnreachable, "name", problem.Params{"name": host, "host": host})})
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
func (x *examination) pushOver(port string) problem.Params {
	command := x.route.Again("apnsctl push") + " --port " + port // which was not given: both were tried
	if x.profile.name != "" {
		command += " -p " + msg.Quote(x.profile.name)
	}
	return problem.Params{"open_port": port, "command": command}
}

// portChecks judge each port; push says how to go over the best.
func portChecks(tries []try, best try, push problem.Params) []check {
	var checks []check
	for _, t := range tries {
		checks = append(checks, portCheck(t, best, push))
	}
	return checks
}

// portCheck judges one port beside the one that came farthest: one suffices, so this one
// closed is a warning while the other serves. Where the way ends before any port, none
// is judged.
func portCheck(t, best try, push problem.Params) check {
	c := newCheck(checkPort + t.port)
	f := fault{problem: t.Err}
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
		f.key, f.params = "port.other", push
		c.warn(f)
	}
	if t.Failed > apns.StepConnect {
		c.see("port.open", problem.Params{"address": t.Address})
	} else {
		c.see("port.closed", nil)
	}
	return c
}
