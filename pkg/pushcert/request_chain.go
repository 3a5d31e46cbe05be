package pushcert

import (
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// checkListed walks the chain as the file lists it, vendor first, root last, and
// tells of the first link that does not hold. Apple states that order; what it does with another
// one, without the root, or with a certificate too many is not known (reference 7), so that these are
// warnings as long as the way from the vendor to an anchor is there.
func (t *Trust) checkListed(chain []*Certificate, vendor *Certificate) []problem.Finding {
	severity := problem.Critical
	if t.leads(chain, vendor) {
		severity = problem.Warning
	}
	if chain[0] != vendor {
		return listedFault(problem.RequestChain, "order", severity, vendor, chain[0])
	}
	for i, c := range chain {
		if found := t.checkLink(c, chain[i+1:], severity); len(found) > 0 {
			return found
		}
	}
	return nil
}

// checkLink compares a listed certificate with those that come after it.
func (t *Trust) checkLink(c *Certificate, rest []*Certificate, severity problem.Severity) []problem.Finding {
	switch {
	case c.isSelfIssued() && t.isAnchorName(c.X509.RawSubject) && !t.isAnchor(c):
		return listedFault(problem.RequestChain, "root", severity, c, nil)
	case c.isSelfIssued() && len(rest) == 0:
		return nil
	case slices.ContainsFunc(rest, func(other *Certificate) bool { return c.X509.Equal(other.X509) }):
		return listedFault(problem.RequestChain, "twice", severity, c, nil)
	case c.isSelfIssued():
		return listedFault(problem.RequestChain, "extra", severity, c, rest[0])
	case !slices.ContainsFunc(rest, c.namesIssuer):
		return t.missing(c, rest, severity)
	case !c.namesIssuer(rest[0]):
		return listedFault(problem.RequestChain, "order", severity, c, rest[0])
	case !c.comesFrom(rest[0]):
		return listedFault(problem.RequestChain, "signature", problem.Critical, c, rest[0])
	}
	return nil
}

// leads tells whether a listed intermediate issued the vendor's certificate and an anchor issued
// that; if roots are listed, it has to be one of them.
func (t *Trust) leads(chain []*Certificate, vendor *Certificate) bool {
	roots := slices.DeleteFunc(slices.Clone(chain), func(c *Certificate) bool { return !c.isSelfIssued() })
	return slices.ContainsFunc(chain, func(c *Certificate) bool {
		return !c.isSelfIssued() && vendor.namesIssuer(c) && vendor.comesFrom(c) &&
			slices.ContainsFunc(t.authorities[string(c.X509.RawIssuer)], func(a *authority) bool {
				listed := len(roots) == 0 || slices.ContainsFunc(roots, func(r *Certificate) bool { return r.X509.Equal(a.X509) })
				return a.anchor && listed && c.comesFrom(a.Certificate)
			})
	})
}

// comesFrom checks the signature on a listed certificate. One by SHA-1 is let through: Apple's old
// intermediate signed so.
func (c *Certificate) comesFrom(issuer *Certificate) bool {
	err := c.signedBy(issuer)
	return err == nil || isSHA1(err)
}

// missing explains why no listed certificate is the issuer of c.
func (t *Trust) missing(c *Certificate, rest []*Certificate, severity problem.Severity) []problem.Finding {
	for _, other := range rest {
		// Apple's generations (WWDR, WWDR G3, …) share the common name.
		if other.CN() != "" && other.CN() == c.X509.Issuer.CommonName {
			return listedFault(problem.RequestChain, "wrong-intermediate", severity, c, other)
		}
	}
	if t.isAnchorName(c.X509.RawIssuer) {
		return listedFault(problem.ChainIncomplete, "request.root", severity, c, nil)
	}
	return listedFault(problem.ChainIncomplete, "request", severity, c, nil)
}

// listedFault names the certificate whose issuer is not where it ought to be, and
// what stands there, if anything does.
func listedFault(code problem.Code, variant string, severity problem.Severity, c, listed *Certificate) []problem.Finding {
	params := problem.Params{"subject": c.Subject(), "issuer": c.Issuer()}
	if listed != nil {
		params["listed"], params["not_after"] = listed.Subject(), problem.Time(listed.X509.NotAfter)
	}
	return []problem.Finding{problem.FoundAs(code, variant, severity, params)}
}
