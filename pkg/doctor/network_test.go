package doctor

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestProxies(t *testing.T) {
	endpoint := &url.URL{Scheme: "https", Host: "api.push.apple.com"}
	refused := problem.Say(problem.APNsUnreachable, "proxy-refused", problem.Params{"host": "h", "proxy": "p:1", "status": "403"})
	closed := []try{{Probe: apns.Probe{Err: refused}}}
	open := append(slices.Clone(closed), try{Probe: apns.Probe{Failed: apns.StepReady}})
	for _, row := range []struct {
		name, flag string
		env        map[string]string
		tries      []try
		want       string
		exit       problem.Exit
	}{
		{"none", "", nil, open, "ok proxy.none", 0},
		{"a flag", "http://u:secret@p:1", nil, open, "ok proxy.used proxy.opens", 0},
		{"a flag before a variable", "http://p:1", map[string]string{"HTTPS_PROXY": ":"}, open, "ok proxy.used proxy.opens", 0},
		{"a variable", "", map[string]string{"https_proxy": "p:1"}, open, "ok proxy.used proxy.opens", 0},
		{"an exemption", "", map[string]string{"HTTPS_PROXY": "p:1", "NO_PROXY": ".apple.com"}, open, "ok proxy.exempt", 0},
		{"no address", "", map[string]string{"HTTPS_PROXY": "http://u:secret@%zz"}, closed, "critical proxy.used !usage.push-proxy", 2},
		{"another kind", "", map[string]string{"HTTPS_PROXY": "socks5://p:1"}, closed, "critical proxy.used !usage.push-proxy", 2},
		{"an exemption from what is no address", "", map[string]string{"HTTPS_PROXY": "socks5://p:1", "NO_PROXY": "*"}, open, "ok proxy.exempt", 0},
		{"a refusal", "http://p:1", nil, closed, "critical proxy.used !apns-unreachable.proxy-refused", 8},
	} {
		t.Run(row.name, func(t *testing.T) {
			env := english()
			env.Getenv = func(name string) string { return row.env[name] }
			proxyOf, err := apns.ProxyFor("--proxy", row.flag, env.Getenv)
			if err != nil {
				t.Fatal(err)
			}
			source := "--proxy"
			if row.flag == "" {
				source, _ = apns.ProxyVariable(env.Getenv)
			}
			via, broken := proxyOf(endpoint)
			c := proxyCheck(proxyChoice{via, source, broken}, row.tries)
			wantCheck(t, c, row.want, row.exit)
			detail, cause, hint := said(env, c)
			if strings.Contains(detail+cause+hint+c.Seen[0].Params["proxy"], "secret") {
				t.Errorf("the password is told: %s, %s, %s", detail, cause, hint)
			}
		})
	}
}

func TestNames(t *testing.T) {
	many := slices.Repeat([]netip.Addr{netip.MustParseAddr("192.0.2.1")}, 9)
	wantCheck(t, nameCheck("h", true, many, nil), "ok dns.found", 0)
	wantCheck(t, nameCheck("h", true, nil, nil), "critical dns.none !apns-unreachable.name", 8)
	wantCheck(t, nameCheck("h", true, nil, errors.New("no such host")), "critical dns.none !apns-unreachable.name", 8)
	wantCheck(t, nameCheck("h", false, nil, nil), "skipped dns.proxy", 0)
	wantCheck(t, nameCheck("::1", false, nil, nil), "skipped dns.address", 0)
}

func TestPorts(t *testing.T) {
	at := func(port string, failed apns.Step) try {
		p := apns.Probe{Failed: failed, Address: "192.0.2.1:" + port}
		if failed < apns.StepReady {
			p.Err = problem.Say(problem.APNsUnreachable, "timeout", problem.Params{"host": "h:" + port})
		}
		return try{Probe: p, port: port}
	}
	const other = "warning port.closed !apns-unreachable.timeout/port.other"
	for _, row := range []struct {
		name          string
		first, second apns.Step
		want          [2]string
		exit          problem.Exit
	}{
		{"both open", apns.StepReady, apns.StepReady, [2]string{"ok port.open", "ok port.open"}, 0},
		{"one silent after the handshake, as one that wants a certificate", apns.StepHTTP2, apns.StepReady, [2]string{"ok port.open", "ok port.open"}, 0},
		{"one closed", apns.StepConnect, apns.StepReady, [2]string{other, "ok port.open"}, 0},
		{"the other refused by the proxy", apns.StepReady, apns.StepProxy, [2]string{"ok port.open", other}, 0},
		{"one open, but not APNs", apns.StepTLS, apns.StepReady, [2]string{"warning port.open !apns-unreachable.timeout/port.other", "ok port.open"}, 0},
		{"neither is APNs", apns.StepTLS, apns.StepTLS, [2]string{"ok port.open", "ok port.open"}, 0},
		{"both closed", apns.StepConnect, apns.StepConnect, [2]string{"critical port.closed !apns-unreachable.timeout", "critical port.closed !apns-unreachable.timeout"}, 8},
		{"no address", apns.StepName, apns.StepName, [2]string{"skipped port.no-name", "skipped port.no-name"}, 0},
		{"no proxy", apns.StepProxy, apns.StepProxy, [2]string{"skipped port.no-proxy", "skipped port.no-proxy"}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			tries := []try{at("443", row.first), at("2197", row.second)}
			for i, c := range portChecks(tries, farthest(tries), nil) {
				wantCheck(t, c, row.want[i], row.exit)
				if c.Name != Port+tries[i].port {
					t.Errorf("the name is %s", c.Name)
				}
			}
		})
	}
}
