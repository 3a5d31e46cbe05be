package pushcert

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Policy says how many days before its end a certificate is due. Both bounds are inclusive.
type Policy struct{ WarnDays, CriticalDays int }

// DefaultPolicy is what the consoles that administrators know warn by.
func DefaultPolicy() Policy { return Policy{WarnDays: 60, CriticalDays: 30} }

// CheckDates says what is wrong with a certificate by its own dates: expired, not-yet-valid, or
// expires-soon, critical within CriticalDays and a warning within WarnDays. A vendor
// certificate's end is vendor-expired, since it stops requests and no pushes.
func CheckDates(c *Certificate, now time.Time, p Policy) []problem.Finding {
	if c.DaysLeft(now) >= 0 && c.startsAfter(now) {
		return []problem.Finding{problem.Found(problem.NotYetValid, problem.Critical, problem.Params{
			"not_before": problem.Time(c.X509.NotBefore), "not_after": problem.Time(c.X509.NotAfter),
		})}
	}
	findings := CheckEnd(c.X509.NotAfter, now, p)
	for i, f := range findings {
		f.Params["not_before"] = problem.Time(c.X509.NotBefore)
		findings[i] = endOf(c, f)
	}
	return findings
}

// endOf words the end of a certificate for its role: each is renewed elsewhere.
func endOf(c *Certificate, f problem.Finding) problem.Finding {
	role, expired := c.Role(), f.Code == problem.Expired
	switch {
	case role == RoleMDMPush: // is renewed under its topic
		f.Params["topic"] = c.Topic()
		return f
	case role == RoleMDMVendor && expired:
		return problem.Found(problem.VendorExpired, f.Severity, f.Params)
	case role == RoleMDMVendor:
		return problem.FoundAs(problem.ExpiresSoon, "vendor", f.Severity, f.Params)
	case expired:
		return problem.FoundAs(problem.Expired, "other", f.Severity, f.Params)
	}
	return problem.FoundAs(problem.ExpiresSoon, "other", f.Severity, f.Params)
}

// CheckEnd says what is wrong with the last valid second of anything that ends: expired or expires-soon.
func CheckEnd(end, now time.Time, p Policy) []problem.Finding {
	days := DaysUntil(end, now)
	params := problem.Params{"not_after": problem.Time(end), "days": strconv.Itoa(days)}
	switch {
	case days < 0:
		return []problem.Finding{problem.Found(problem.Expired, problem.Critical, params)}
	case days == 0 && days <= p.CriticalDays:
		return []problem.Finding{problem.FoundAs(problem.ExpiresSoon, "today", problem.Critical, params)}
	case days <= p.CriticalDays:
		return []problem.Finding{problem.Found(problem.ExpiresSoon, problem.Critical, params)}
	case days <= p.WarnDays:
		return []problem.Finding{problem.Found(problem.ExpiresSoon, problem.Warning, params)}
	}
	return nil
}

// CheckToken is [CheckEnd] for a token, which is renewed elsewhere than a certificate.
func CheckToken(role Role, end, now time.Time, p Policy) []problem.Finding {
	var found []problem.Finding
	for _, f := range CheckEnd(end, now, p) {
		switch {
		case f.Code == problem.Expired && role == RoleADEToken:
			f = problem.FoundAs(problem.Expired, "ade-token", f.Severity, f.Params)
		case f.Code == problem.Expired:
			f = problem.FoundAs(problem.Expired, "content-token", f.Severity, f.Params)
		case role == RoleADEToken:
			f = problem.FoundAs(problem.ExpiresSoon, "token.ade-token", f.Severity, f.Params)
		default:
			f = problem.FoundAs(problem.ExpiresSoon, "token.content-token", f.Severity, f.Params)
		}
		found = append(found, f)
	}
	return found
}

// CheckForm says what is wrong with what a certificate says of itself, for its own role: topic, key and purpose.
func CheckForm(c *Certificate) []problem.Finding {
	switch c.Role() {
	case RoleMDMPush:
		weak := problem.About(checkKey(c.Strength()), "topic", c.Topic()) // is renewed under it
		return slices.Concat(checkTopic(c), weak, checkPurpose(c))
	case RoleMDMVendor:
		return append(checkKey(c.Strength()), checkPurpose(c)...)
	case RoleAppPush, RolePassPush, RoleServerPush:
		return checkPurpose(c)
	}
	return nil
}

// CheckPush says what is wrong with a certificate as an MDM push certificate: its role, topic, key,
// dates and issuer. A certificate of another role is checked by dates and issuer only.
func CheckPush(c *Certificate, now time.Time, p Policy, t *Trust) []problem.Finding {
	var findings []problem.Finding
	if role := c.Role(); role == RoleMDMPush {
		findings = CheckForm(c)
	} else {
		findings = append(findings, problem.Found(problem.WrongRole, problem.Critical, wrongRole(role, RoleMDMPush)))
	}
	findings = append(findings, CheckDates(c, now, p)...)
	return append(findings, t.checkIssuer(c, now)...)
}

// CheckVendor says what is wrong with a certificate as the vendor's: what signs requests.
func CheckVendor(c *Certificate, now time.Time, p Policy, t *Trust) []problem.Finding {
	var findings []problem.Finding
	if role := c.Role(); role == RoleMDMVendor {
		findings = CheckForm(c)
	} else {
		findings = append(findings, problem.Found(problem.WrongRole, problem.Critical, wrongRole(role, RoleMDMVendor)))
	}
	for _, f := range CheckDates(c, now, p) {
		f.Params["subject"], f.Params["serial"] = c.Subject(), c.SerialHex()
		findings = append(findings, f)
	}
	return append(findings, t.checkIssuer(c, now)...)
}

// checkIssuer asks for the chain at the present moment while the certificate is valid,
// and otherwise at its own dates: that it has ended is said already.
func (t *Trust) checkIssuer(c *Certificate, now time.Time, extra ...*Certificate) []problem.Finding {
	at := now
	if c.DaysLeft(now) < 0 || c.startsAfter(now) {
		at = time.Time{}
	}
	_, findings := t.Chain(c, at, extra...)
	return findings
}

// checkTopic compares the two places where Apple writes the same UUID: the UID,
// which is the topic, and the common name "APSP:<uuid>".
func checkTopic(c *Certificate) []problem.Finding {
	topic := c.Topic()
	if topic == "" {
		return []problem.Finding{problem.Found(problem.TopicMissing, problem.Critical, problem.Params{"subject": c.Subject()})}
	}
	if !isMDMTopic(topic) {
		return []problem.Finding{problem.Found(problem.TopicNotMDM, problem.Critical, problem.Params{"topic": topic})}
	}
	named, isAPSP := strings.CutPrefix(c.CN(), mdmCNPrefix)
	uuid := topic[strings.LastIndexByte(topic, '.')+1:]
	if isAPSP && !strings.EqualFold(strings.TrimSpace(named), uuid) {
		return []problem.Finding{problem.Found(problem.CNUUIDDiffers, problem.Warning, problem.Params{"topic": topic, "cn": c.CN()})}
	}
	return nil
}

// checkKey refuses keys that no MDM push certificate is known to have.
func checkKey(algorithm string, bits int) []problem.Finding {
	params := problem.Params{"algorithm": algorithm, "bits": strconv.Itoa(bits)}
	switch {
	case algorithm != "RSA":
		return refused(problem.KeyWeak, "algorithm", params)
	case bits < KeyBits:
		return []problem.Finding{problem.Found(problem.KeyWeak, problem.Critical, params)}
	}
	return nil
}

// Check says what is wrong with a signing request: its signature by its own key, and that key. Sizes above
// [KeyBits] are a warning, for nobody has told that Apple takes them.
func (r *CSR) Check() []problem.Finding {
	algorithm, bits := r.Strength()
	findings := checkKey(algorithm, bits)
	if algorithm == "RSA" && bits > KeyBits {
		params := problem.Params{"algorithm": algorithm, "bits": strconv.Itoa(bits)}
		findings = append(findings, problem.FoundAs(problem.KeyWeak, "large", problem.Warning, params))
	}
	if algorithm == "RSA" && (bits < 1024 || bits > maxRSABits) {
		return findings // the standard library refuses the one, and the other could take minutes
	}
	err := r.X509.CheckSignature()
	switch {
	case unproved(err): // which is not to say that it was changed
		findings = append(findings, refused(problem.RequestSignature, "csr-algorithm", problem.Params{"subject": r.Subject(), "algorithm": signedWith(r.X509.Raw)})...)
	case err != nil:
		findings = append(findings, refused(problem.RequestSignature, "csr", problem.Params{"subject": r.Subject()})...)
	case strings.HasPrefix(r.X509.SignatureAlgorithm.String(), "SHA1"), strings.HasSuffix(r.X509.SignatureAlgorithm.String(), "SHA1"):
		findings = append(findings, problem.FoundAs(problem.RequestSHA1, "csr", problem.Warning, problem.Params{"subject": r.Subject()}))
	}
	return findings
}

func (c *Certificate) startsAfter(now time.Time) bool { return now.Unix() < c.X509.NotBefore.Unix() }
