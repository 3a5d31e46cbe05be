package pushcert

import (
	"bytes"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Chain is how a certificate leads up to an anchor.
type Chain struct {
	// Certificates are the leaf first, then its issuers as far as they are known;
	// the anchor last when Verified.
	Certificates []*Certificate
	// Verified tells that every signature holds, up to an anchor, and that every authority
	// was valid at the time in question.
	Verified bool
	// Anchor is the common name of the anchor that was reached, verified or not; else empty.
	Anchor string
	// Simulated tells that a simulator issued the certificate.
	Simulated bool
}

// simulatorMark is what the names of a simulator's authorities contain.
const simulatorMark = "SIMULATOR"

// maxChain ends a walk among authorities that certify each other. Apple's chains are three long.
const maxChain = 8

// Chain finds the way from c to an anchor by issuer name, key identifier and
// signature, never by a name alone. Extra certificates may serve as intermediates.
//
// The authorities must be valid at the given moment; at the zero time, at some
// moment of the leaf's own validity. The leaf's dates are not checked: see [CheckDates]. The findings
// name the first link that does not hold, and anything simulated; none means that
// an authority of t issued c.
func (t *Trust) Chain(c *Certificate, at time.Time, extra ...*Certificate) (Chain, []problem.Finding) {
	when := period{at, at}
	if at.IsZero() {
		when = period{c.X509.NotBefore, c.X509.NotAfter}
	}
	chain, broken := t.walk(c, when, extra)
	findings := t.explain(&chain, broken, when, extra)
	if chain.Simulated {
		findings = append(findings, problem.Found(problem.Simulated, problem.Warning, problem.Params{"issuer": c.Issuer()}))
	}
	return chain, findings
}

// link is how the search for a certificate's issuer ended.
type link int

const (
	linkHolds     link = iota
	linkUnknown        // nobody has the issuer's name
	linkOtherKey       // the name is known, with another key
	linkForged         // name and key are known, and the signature is not theirs
	linkUnproved       // signed with an algorithm that proves nothing any more, or is not known
	linkSelf           // signed by itself, and no anchor
	linkUnallowed      // the issuer may not issue at this depth (RFC 5280, section 4.2.1.9)
)

// walk climbs from c until an anchor or a link that does not hold.
func (t *Trust) walk(c *Certificate, when period, extra []*Certificate) (Chain, link) {
	chain := Chain{Certificates: []*Certificate{c}, Simulated: c.isSimulated()}
	for step := t.entry(c); ; {
		if step.anchor {
			chain.Anchor = step.CN()
			return chain, linkHolds
		}
		if step.isSelfIssued() {
			return chain, linkSelf
		}
		issuers, broken := t.issuersOf(step, extra)
		if len(issuers) == 0 {
			return chain, broken
		}
		step = best(issuers, when)
		if !step.allows(len(chain.Certificates)-1) || len(chain.Certificates) == maxChain {
			return chain, linkUnallowed
		}
		chain.Certificates = append(chain.Certificates, step.Certificate)
		chain.Simulated = chain.Simulated || step.isSimulated()
	}
}

// entry is c as an authority of t if it is one.
func (t *Trust) entry(c *Certificate) *authority {
	if a := t.find(c); a != nil {
		return a
	}
	return &authority{Certificate: c}
}

// issuersOf finds who signed a: authorities of t first, then extra certificates.
func (t *Trust) issuersOf(a *authority, extra []*Certificate) ([]*authority, link) {
	if a.issuers != nil {
		if found := a.issuers(); len(found) > 0 {
			return found, linkHolds
		}
	}
	known := t.authorities[string(a.X509.RawIssuer)]
	for _, c := range extra {
		known = append(slices.Clip(known), t.entry(c))
	}
	return issuersAmong(a.Certificate, known)
}

// issuersAmong picks those that signed c. If there are none, the link says how near the nearest came.
func issuersAmong(c *Certificate, known []*authority) (found []*authority, nearest link) {
	nearest = linkUnknown
	for _, a := range known {
		if !bytes.Equal(c.X509.RawIssuer, a.X509.RawSubject) {
			continue
		}
		if !c.namesKeyOf(a.Certificate) {
			nearest = max(nearest, linkOtherKey)
			continue
		}
		switch err := c.signedBy(a.Certificate); {
		case err == nil:
			found = append(found, a)
		case unproved(err):
			nearest = max(nearest, linkUnproved)
		default:
			nearest = max(nearest, linkForged)
		}
	}
	if len(found) > 0 {
		nearest = linkHolds
	}
	return found, nearest
}

// best prefers what was valid at the time, then an anchor.
func best(issuers []*authority, when period) *authority {
	rank := func(a *authority) (n int) {
		if when.meets(a.Certificate) {
			n += 2
		}
		if a.anchor {
			n++
		}
		return n
	}
	return slices.MaxFunc(issuers, func(a, b *authority) int { return rank(a) - rank(b) })
}

// allows tells whether a may stand above so many intermediates.
func (a *authority) allows(intermediates int) bool {
	limit := a.X509.MaxPathLen
	unlimited := limit < 0 || limit == 0 && !a.X509.MaxPathLenZero
	return unlimited || intermediates <= limit
}

func (c *Certificate) isSimulated() bool {
	return bytes.Contains(c.X509.RawIssuer, []byte(simulatorMark))
}

// period is a stretch of time, both ends included.
type period struct{ from, to time.Time }

// meets tells whether c is valid at some moment of p.
func (p period) meets(c *Certificate) bool {
	return c.X509.NotBefore.Unix() <= p.to.Unix() && p.from.Unix() <= c.X509.NotAfter.Unix()
}
