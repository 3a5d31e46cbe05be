package doctor

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// atApple tells whether a host is APNs itself.
func atApple(host string) bool { return strings.HasSuffix(strings.ToLower(host), ".push.apple.com") }

// appleRoots are the authorities that APNs' certificates go back to (apns-reference.md
// 3.1): the one of 2025, and the one before, which some chains still end in.
func appleRoots() []string {
	return []string{"USERTrust RSA Certification Authority", "AAA Certificate Services"}
}

// chainCheck checks the server's certificate.
func chainCheck(host string, t try) Check {
	c := newCheck(checkTLSChain)
	switch {
	case t.Failed <= apns.StepConnect:
		c.skip("tls.no-connection", nil)
	case t.Verified != nil:
		c.verified(host, t)
	case t.Failed > apns.StepTLS:
		c.skip("tls.unseen", nil)
	default:
		if len(t.Sent) > 0 {
			leaf := t.Sent[0]
			c.see("tls.sent", problem.Params{"subject": called(leaf.Subject), "issuer": called(leaf.Issuer)})
		} else {
			c.see("tls.failed", nil)
		}
		f := Cause{Problem: t.Err}
		if atApple(host) && t.Err.Key() == "apns-tls.server-untrusted" {
			f.Key = "tls.untrusted"
		}
		c.fail(problem.ExitNetwork, f)
	}
	return c
}

// verified names the root of the chain. At Apple's hosts any other than Apple's is that
// of somebody who opens the connection on the way, and who cannot pass on a client's
// certificate.
func (c *Check) verified(host string, t try) {
	root := rootOf(t.Verified)
	c.see("tls.verified", problem.Params{"version": tls.VersionName(t.Version), "root": called(root.Subject)})
	if atApple(host) && !slices.Contains(appleRoots(), root.Subject.CommonName) {
		c.warn(Cause{Key: "tls.inspected", Params: problem.Params{
			"host": host, "root": called(root.Subject), "issuer": called(t.Sent[0].Issuer), "expected_root": appleRoots()[0],
		}})
	}
}

// rootOf is the root that the chains end in: one of Apple's if there is a choice.
func rootOf(chains [][]*x509.Certificate) *x509.Certificate {
	root := func(chain []*x509.Certificate) *x509.Certificate { return chain[len(chain)-1] }
	for _, chain := range chains {
		if slices.Contains(appleRoots(), root(chain).Subject.CommonName) {
			return root(chain)
		}
	}
	return root(chains[0])
}

// called is what people call the holder of a certificate.
func called(n pkix.Name) string {
	organization := ""
	if len(n.Organization) > 0 {
		organization = n.Organization[0]
	}
	return cmp.Or(n.CommonName, organization, n.String())
}

// http2Check checks HTTP/2. A server that insists on a client's certificate says
// nothing to one who shows none; shown is what it said to one who did.
func http2Check(t try, shown *apns.Probe) Check {
	c := newCheck(checkHTTP2)
	streams := t.MaxStreams
	if shown != nil {
		streams = max(streams, shown.MaxStreams) // without a certificate it is 1 at first
	}
	switch {
	case t.Failed <= apns.StepConnect:
		c.skip("tls.no-connection", nil)
	case streams > 0:
		c.see("http2.ready", problem.Params{"streams": strconv.Itoa(streams)})
	case t.Demanded:
		c.see("http2.demanded", nil)
	case t.Failed == apns.StepTLS:
		c.skip("http2.no-tls", nil)
	default:
		c.see("http2.failed", nil)
		c.fail(problem.ExitNetwork, Cause{Problem: t.Err})
	}
	return c
}
