package pushcert

import (
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// CheckRequest predicts what Apple's portal would refuse about a request, and
// names the part that is at fault: CSR, vendor, signature, chain, dates, issuer.
// What [ParseRequest] found is not repeated. An empty answer means that nothing
// known speaks against the upload.
func CheckRequest(r *Request, now time.Time, t *Trust) []problem.Finding {
	var findings []problem.Finding
	if r.CSR != nil {
		findings = append(findings, r.CSR.Check()...)
	}
	if len(r.Chain) == 0 {
		return findings
	}
	vendor, roles := r.vendor()
	findings = append(findings, roles...)
	if r.CSR != nil && len(r.Signature) > 0 {
		findings = append(findings, r.checkSignature(vendor)...)
	}
	findings = append(findings, t.checkListed(r.Chain, vendor)...)
	findings = append(findings, r.checkDates(vendor, now)...)
	_, issuers := t.Chain(vendor, time.Time{}, r.Chain...)
	for _, f := range issuers {
		findings = append(findings, ofSigner(f))
	}
	return findings
}

// ofSigner is what speaks against the issuer of a certificate, in words for the signer of a request: nobody downloads
// that at the portal.
func ofSigner(f problem.Finding) problem.Finding {
	switch f.Key() {
	case "issuer-not-apple":
		return problem.FoundAs(problem.IssuerNotApple, "signer", f.Severity, f.Params)
	case "issuer-not-apple.self-signed":
		return problem.FoundAs(problem.IssuerNotApple, "self-signed.signer", f.Severity, f.Params)
	case "issuer-not-apple.signature":
		return problem.FoundAs(problem.IssuerNotApple, "signature.signer", f.Severity, f.Params)
	case "issuer-not-apple.signature.path":
		return problem.FoundAs(problem.IssuerNotApple, "signature.path.signer", f.Severity, f.Params)
	case "issuer-not-apple.simulated":
		return problem.FoundAs(problem.IssuerNotApple, "simulated.signer", f.Severity, f.Params)
	}
	return f
}

// Signer is the certificate that ought to have signed; nil where none is listed.
func (r *Request) Signer() *Certificate {
	if len(r.Chain) == 0 {
		return nil
	}
	signer, _ := r.vendor()
	return signer
}

// vendor picks the certificate that ought to have signed: the first, as Apple
// demands, or failing that the vendor certificate that stands elsewhere.
func (r *Request) vendor() (*Certificate, []problem.Finding) {
	listed := r.Chain[0]
	role := listed.Role()
	if listed.signsRequests() {
		return listed, nil
	}
	if i := slices.IndexFunc(r.Chain, (*Certificate).signsRequests); i > 0 {
		return r.Chain[i], nil // out of order, which checkListed says
	}
	params := wrongRole(role, RoleMDMVendor)
	params["subject"] = listed.Subject()
	if role == RoleMDMVendor {
		return listed, refused(problem.WrongRole, "vendor.mark", params)
	}
	return listed, refused(problem.WrongRole, "vendor", params)
}

// signsRequests tells whether c carries Apple's mark of a vendor certificate, which all genuine
// ones do (reference 8): the name alone convinces no portal.
func (c *Certificate) signsRequests() bool { return !c.X509.IsCA && c.marked(markVendor) }

// checkDates says what is wrong with every listed certificate by its own dates: the portal wants
// all of them valid at the moment of the upload.
func (r *Request) checkDates(vendor *Certificate, now time.Time) []problem.Finding {
	var findings []problem.Finding
	for _, c := range r.Chain {
		params := problem.Params{
			"subject": c.Subject(), "serial": c.SerialHex(),
			"not_before": problem.Time(c.X509.NotBefore), "not_after": problem.Time(c.X509.NotAfter),
		}
		switch {
		case c.startsAfter(now):
			findings = append(findings, problem.FoundAs(problem.NotYetValid, "chain", problem.Critical, params))
		case c.DaysLeft(now) >= 0:
		case c == vendor:
			findings = append(findings, problem.Found(problem.VendorExpired, problem.Critical, params))
		default:
			findings = append(findings, problem.Found(problem.ChainExpired, problem.Critical, params))
		}
	}
	return findings
}
