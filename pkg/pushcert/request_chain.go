package pushcert

import (
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// checkListed walks the chain as the file lists it, vendor first, root last, and
// stops at the first link that does not hold.
func (t *Trust) checkListed(chain []*Certificate, vendor *Certificate) []problem.Finding {
	if chain[0] != vendor {
		return listedFault(problem.RequestChain, "order", vendor, chain[0])
	}
	for i, c := range chain {
		rest := chain[i+1:]
		switch {
		case c.isSelfIssued() && len(rest) == 0:
			return nil
		case c.isSelfIssued():
			extra := problem.Params{"listed": rest[0].Subject()}
			return []problem.Finding{problem.FoundAs(problem.RequestChain, "extra", problem.Warning, extra)}
		case !slices.ContainsFunc(rest, c.namesIssuer):
			return t.missing(c, rest)
		case !c.namesIssuer(rest[0]):
			return listedFault(problem.RequestChain, "order", c, rest[0])
		}
		if err := c.signedBy(rest[0]); err != nil && !isSHA1(err) {
			return listedFault(problem.RequestChain, "signature", c, rest[0])
		}
	}
	return nil
}

// missing explains why no listed certificate is the issuer of c.
func (t *Trust) missing(c *Certificate, rest []*Certificate) []problem.Finding {
	for _, other := range rest {
		// Apple's generations (WWDR, WWDR G3, …) share the common name.
		if other.CN() != "" && other.CN() == c.X509.Issuer.CommonName {
			return listedFault(problem.RequestChain, "wrong-intermediate", c, other)
		}
	}
	if t.isAnchorName(c.X509.RawIssuer) {
		return listedFault(problem.ChainIncomplete, "root", c, nil)
	}
	return listedFault(problem.ChainIncomplete, "intermediate", c, nil)
}

// listedFault names the certificate whose issuer is not where it ought to be, and
// what stands there, if anything does.
func listedFault(code problem.Code, variant string, c, listed *Certificate) []problem.Finding {
	params := problem.Params{"subject": c.Subject(), "issuer": c.Issuer()}
	if listed != nil {
		params["listed"], params["not_after"] = listed.Subject(), stamp(listed.X509.NotAfter)
	}
	return refused(code, variant, params)
}
