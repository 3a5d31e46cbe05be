package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestChainAndHTTP2(t *testing.T) {
	named := func(name, issuer string) *x509.Certificate {
		return &x509.Certificate{Subject: pkix.Name{CommonName: name}, Issuer: pkix.Name{Organization: []string{issuer}}}
	}
	chain := func(root string) [][]*x509.Certificate {
		return [][]*x509.Certificate{{named("h", "i"), named(root, root)}}
	}
	const apple = "api.push.apple.com"
	fault := func(code problem.Code, variant string) *problem.Error {
		return &problem.Error{Code: code, Text: string(code) + "." + variant, Params: problem.Params{"host": "h", "detail": "x"}}
	}
	sent := []*x509.Certificate{named("h", "i")}
	good := apns.Probe{Failed: apns.StepReady, Version: tls.VersionTLS13, Sent: sent, Verified: chain("USERTrust RSA Certification Authority"), MaxStreams: 7}
	changed := func(change func(*apns.Probe)) apns.Probe { p := good; change(&p); return p }
	for _, row := range []struct {
		name, host   string
		p            apns.Probe
		chain, http2 string
	}{
		{"as it should be", apple, good, "ok tls.verified", "ok http2.ready"},
		{"two ways to verify", apple, changed(func(p *apns.Probe) { p.Verified = append(chain("New"), p.Verified...) }), "ok tls.verified", "ok http2.ready"},
		{"opened on the way", apple, changed(func(p *apns.Probe) { p.Verified = chain("Company CA") }), "warning tls.verified !tls.inspected", "ok http2.ready"},
		{"a server of one's own", "127.0.0.1", changed(func(p *apns.Probe) { p.Verified = chain("Company CA") }), "ok tls.verified", "ok http2.ready"},
		{"no connection", apple, apns.Probe{Failed: apns.StepConnect}, "skipped tls.no-connection", "skipped tls.no-connection"},
		{
			"an unknown authority at Apple", apple,
			apns.Probe{Failed: apns.StepTLS, Sent: sent, Err: fault(problem.APNsTLS, "server-untrusted")},
			"critical tls.sent !apns-tls.server-untrusted/tls.untrusted", "skipped http2.no-tls",
		},
		{
			"an unknown authority elsewhere", "h",
			apns.Probe{Failed: apns.StepTLS, Sent: sent, Err: fault(problem.APNsTLS, "server-untrusted")},
			"critical tls.sent !apns-tls.server-untrusted", "skipped http2.no-tls",
		},
		{
			"plain text", apple,
			apns.Probe{Failed: apns.StepTLS, Err: fault(problem.APNsTLS, "not-tls")},
			"critical tls.failed !apns-tls.not-tls", "skipped http2.no-tls",
		},
		{
			"no h2", apple, changed(func(p *apns.Probe) {
				p.Failed, p.MaxStreams, p.Err = apns.StepHTTP2, 0, fault(problem.APNsProtocol, "no-http2")
			}), "ok tls.verified", "critical http2.failed !apns-protocol.no-http2",
		},
		{
			"no h2, by an alert", apple,
			apns.Probe{Failed: apns.StepHTTP2, Err: fault(problem.APNsProtocol, "no-http2")},
			"skipped tls.unseen", "critical http2.failed !apns-protocol.no-http2",
		},
		{
			"a certificate is wanted, TLS 1.3", apple, changed(func(p *apns.Probe) {
				p.Failed, p.MaxStreams, p.Demanded, p.Err = apns.StepHTTP2, 0, true, fault(problem.APNsTLS, "certificate-required")
			}), "ok tls.verified", "ok http2.demanded",
		},
		{
			"a certificate is wanted, TLS 1.2", apple, changed(func(p *apns.Probe) {
				p.Failed, p.MaxStreams, p.Demanded, p.Err = apns.StepTLS, 0, true, fault(problem.APNsRefused, "certificate")
			}), "ok tls.verified", "ok http2.demanded",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			for got, want := range map[*Check]string{new(chainCheck(row.host, try{Probe: row.p})): row.chain, new(http2Check(try{Probe: row.p}, nil)): row.http2} {
				exit := problem.ExitOK
				if got.Status == Critical {
					exit = problem.ExitNetwork
				}
				wantCheck(t, *got, want, exit)
			}
		})
	}
	wanted := try{Probe: apns.Probe{Failed: apns.StepHTTP2, Demanded: true}}
	wantCheck(t, http2Check(wanted, &apns.Probe{MaxStreams: 9}), "ok http2.ready", 0)
}

func TestWhatAPNsMadeOfTheCertificate(t *testing.T) {
	refused := func(code problem.Code, variant string) *problem.Error {
		return &problem.Error{Code: code, Text: string(code) + "." + variant, Params: problem.Params{"host": "h"}}
	}
	for _, row := range []struct {
		name string
		p    apns.Probe
		want string
		exit problem.Exit
	}{
		{"taken", apns.Probe{Asked: true}, "ok certificate.taken", 0},
		{"not looked at", apns.Probe{}, "skipped certificate.not-asked", 0},
		{"44", apns.Probe{Err: refused(problem.APNsRefused, "certificate-revoked")}, "critical certificate.profile !apns-refused.certificate-revoked/certificate.revoked", 7},
		{"45", apns.Probe{Err: refused(problem.APNsRefused, "certificate-expired")}, "critical certificate.profile !apns-refused.certificate-expired", 7},
		{"46", apns.Probe{Err: refused(problem.APNsTLS, "certificate-unknown")}, "critical certificate.profile !apns-tls.certificate-unknown", 8},
		{"51", apns.Probe{Err: refused(problem.APNsRefused, "key-differs")}, "critical certificate.profile !apns-refused.key-differs", 7},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCheck(checkCertificate)
			c.answered("acme", row.p)
			wantCheck(t, c, row.want, row.exit)
			if _, _, hint := said(english(), c); strings.Contains(hint, "NAME") {
				t.Errorf("the command does not name the profile: %s", hint)
			}
		})
	}
}
