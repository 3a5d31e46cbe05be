package doctor

import (
	"context"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// certificateCheck connects with the profile's certificate and key. It also returns what
// that connection taught; nil if there was none.
func (x *examination) certificateCheck(ctx context.Context, best try) (check, *apns.Probe) {
	c := newCheck(checkCertificate)
	leaf := x.showable(&c, best)
	if leaf == nil {
		return c, nil
	}
	key, err := x.opener.Open(*x.profile.Certificate.Key)
	if err != nil {
		c.skip("certificate.key", nil)
		return c, nil
	}
	p := x.probe(ctx, best.url, shows(leaf, key))
	c.judged(x.profile.name, p)
	return c, &p
}

// showable is the certificate to show, or nil, and then the check says why.
func (x *examination) showable(c *check, best try) *pushcert.Certificate {
	leaf := x.registered(c)
	if leaf == nil {
		return nil
	}
	params := problem.Params{"profile": x.profile.name, "command": x.route.Again("apnsctl doctor")}
	switch key := x.profile.Certificate.Key; {
	case key == nil:
		c.skip("certificate.elsewhere", params)
	case key.Public != leaf.PublicKey():
		c.skip("certificate.key", nil)
	case x.state.TrustRoot != "" && x.route.Endpoint == "": // Apple shall not see it
		c.skip("certificate.rehearsal", nil, fault{key: "certificate.rehearsal", params: params})
	case best.Failed < apns.StepHTTP2 && !best.Demanded:
		c.skip("tls.no-connection", nil)
	case x.opener == nil:
		c.skip("certificate.sealed", nil, fault{key: "certificate.sealed", params: params})
	default:
		return leaf
	}
	return nil
}

// registered is the profile's certificate if it is in date, or nil, and then the check
// says why.
func (x *examination) registered(c *check) *pushcert.Certificate {
	switch {
	case x.state == nil:
		c.skip("certificate.no-file", nil)
		return nil
	case x.profile.Profile == nil && len(x.state.Profiles) > 1:
		c.skip("certificate.several", nil, fault{key: "certificate.several", params: problem.Params{"command": x.route.Again("apnsctl doctor")}})
		return nil
	case x.profile.Profile == nil || x.profile.Certificate == nil:
		c.skip("certificate.none", nil)
		return nil
	}
	leaf, err := x.profile.Leaf(x.profile.name)
	if err != nil {
		c.skip("certificate.key", nil)
		return nil
	}
	for _, f := range pushcert.CheckDates(leaf, x.Now(), pushcert.Policy{WarnDays: -1, CriticalDays: -1}) {
		params := problem.Params{"profile": x.profile.name}
		c.see("certificate.profile", params)
		c.fail(problem.ExitRefused, fault{problem: f.Err(), params: params})
		return nil
	}
	return leaf
}

// judged tells what the server made of the certificate.
func (c *check) judged(profile string, p apns.Probe) {
	params := problem.Params{"profile": profile}
	switch {
	case p.Err == nil && p.Asked:
		c.see("certificate.taken", params)
	case p.Err == nil:
		c.skip("certificate.not-asked", nil)
	default:
		c.see("certificate.profile", params)
		f := fault{problem: p.Err, params: params}
		if p.Err.Key() == "apns-refused.certificate-revoked" {
			f.key = "certificate.revoked"
		}
		c.fail(p.Err.Code.Exit(), f)
	}
}
