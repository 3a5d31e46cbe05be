package pushcert

import (
	"crypto/x509/pkix"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// explain turns the end of a walk into findings, and marks the chain as verified
// if nothing speaks against it.
func (t *Trust) explain(chain *Chain, broken link, when period, extra []*Certificate) []problem.Finding {
	if broken != linkHolds {
		return []problem.Finding{t.brokenLink(chain, broken, extra)}
	}
	var findings []problem.Finding
	for _, authority := range chain.Certificates[1:] {
		if !when.meets(authority) {
			params := problem.Params{"subject": authority.Subject(), "not_before": problem.Time(authority.X509.NotBefore), "not_after": problem.Time(authority.X509.NotAfter)}
			findings = append(findings, problem.Found(problem.ChainExpired, problem.Critical, params))
		}
	}
	chain.Verified = len(findings) == 0
	return findings
}

// brokenLink says which link does not hold and why, and whether the certificate
// may be Apple's after all: under a rehearsal's trust that is a refusal of its own.
func (t *Trust) brokenLink(chain *Chain, broken link, extra []*Certificate) problem.Finding {
	leaf, top := chain.Certificates[0], chain.Certificates[len(chain.Certificates)-1]
	params := problem.Params{
		"subject": top.Subject(), "issuer": top.Issuer(),
		"authority_key_id": strings.ToUpper(hex.EncodeToString(top.X509.AuthorityKeyId)),
	}
	if broken == linkUnproved {
		params["algorithm"] = signedWith(top.X509.Raw)
	}
	if t.rehearsal {
		if genuine, _ := Apple().Chain(leaf, time.Time{}, extra...); genuine.Verified {
			return problem.FoundAs(problem.IssuerNotApple, "rehearsal", problem.Critical, params)
		}
	}
	switch {
	case !t.rehearsal && chain.Simulated: // its authorities carry Apple's organisation
		return problem.FoundAs(problem.IssuerNotApple, "simulated", problem.Critical, params)
	case broken == linkForged:
		return problem.FoundAs(problem.IssuerNotApple, "signature", problem.Critical, params)
	case broken == linkUnallowed:
		return problem.FoundAs(problem.IssuerNotApple, "signature.path", problem.Critical, params)
	case broken == linkSelf && leaf == top:
		return problem.FoundAs(problem.IssuerNotApple, "self-signed", problem.Critical, params)
	case broken == linkSelf:
		return problem.Found(problem.IssuerNotApple, problem.Critical, params)
	}
	return t.unknownIssuer(broken, top, params)
}

// unknownIssuer checks an issuer that t does not hold, by whether it claims the
// anchors' organisation. One of Apple's that is newer than this program is only a
// warning, since no administrator can wait for our next release.
func (t *Trust) unknownIssuer(broken link, top *Certificate, params problem.Params) problem.Finding {
	kin := t.isKin(top.X509.Issuer.Organization)
	switch {
	case kin && !t.rehearsal:
		return unknownApple(broken, top, params)
	case !t.rehearsal:
		return problem.Found(problem.IssuerNotApple, problem.Critical, params)
	case broken == linkUnproved:
		return problem.FoundAs(problem.IssuerNotApple, "algorithm", problem.Critical, params)
	case broken == linkOtherKey:
		return problem.FoundAs(problem.IssuerNotApple, "other-key", problem.Critical, params)
	case kin:
		return problem.Found(problem.ChainIncomplete, problem.Critical, params)
	}
	return problem.FoundAs(problem.IssuerNotApple, "untrusted", problem.Critical, params)
}

// unknownApple checks an issuer that says it is Apple's.
func unknownApple(broken link, top *Certificate, params problem.Params) problem.Finding {
	switch {
	case isOldWWDR(top.X509.Issuer, top.X509.Subject):
		return problem.FoundAs(problem.IssuerUnknownApple, "old", problem.Warning, params)
	case broken == linkUnproved:
		return problem.FoundAs(problem.IssuerUnknownApple, "algorithm", problem.Warning, params)
	}
	return problem.Found(problem.IssuerUnknownApple, problem.Warning, params)
}

// isOldWWDR tells whether any of the names is that of the Worldwide Developer Relations authority
// without a generation, whose certificates ended by 2023 (apns-reference.md 2.2): it is not newer
// than this program.
func isOldWWDR(names ...pkix.Name) bool {
	const ou = "Apple Worldwide Developer Relations"
	return slices.ContainsFunc(names, func(n pkix.Name) bool {
		return n.CommonName == ou+" Certification Authority" && (len(n.OrganizationalUnit) == 0 || n.OrganizationalUnit[0] == ou)
	})
}
