package pushcert

import (
	"crypto/x509"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// checkPurpose tells whether a certificate may be used for what its name says: no
// authority's is ever a leaf's, and what it states of its purpose has to allow the TLS client
// or the signature that it is for (RFC 5280, sections 4.2.1.3, 4.2.1.9 and 4.2.1.12; Apple's
// genuine certificates have all of it). One that states no purpose at all is not checked by it.
func checkPurpose(c *Certificate) []problem.Finding {
	x, role := c.X509, c.Role()
	if x.IsCA {
		return []problem.Finding{problem.FoundAs(problem.Purpose, "authority", problem.Critical, problem.Params{"subject": c.Subject()})}
	}
	usages := len(x.ExtKeyUsage)+len(x.UnknownExtKeyUsage) > 0
	var found []problem.Finding
	lacks := func(what string) {
		found = append(found, problem.Found(problem.Purpose, problem.Warning, problem.Params{"lacking": what}))
	}
	client := func(u x509.ExtKeyUsage) bool { return u == x509.ExtKeyUsageClientAuth || u == x509.ExtKeyUsageAny }
	if role != RoleMDMVendor && usages && !slices.ContainsFunc(x.ExtKeyUsage, client) {
		lacks("clientAuth")
	}
	if x.KeyUsage != 0 && x.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		lacks("digitalSignature")
	}
	if marks := marksOf(role); (usages || x.KeyUsage != 0) && !slices.ContainsFunc(marks, c.marked) {
		lacks(appleArc + "." + string(marks[0]))
	}
	return found
}

// marksOf are the extensions of which Apple gives each certificate of a role at least one
// (apns-reference.md 2.3 and 8).
func marksOf(role Role) []marker {
	switch role {
	case RoleMDMVendor:
		return []marker{markVendor}
	case RoleAppPush:
		return append([]marker{markPushProduction}, appMarks()...)
	}
	return []marker{markPushProduction}
}
