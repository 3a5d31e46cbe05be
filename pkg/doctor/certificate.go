package doctor

import (
	"context"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// certificateCheck connects with the profile's certificate and key. It also returns what
// that connection taught; nil if there was none.
func (w World) certificateCheck(ctx context.Context, best try, opener Opener) (Check, *apns.Probe) {
	c := newCheck(checkCertificate)
	leaf := w.showable(&c, best, opener != nil)
	if leaf == nil {
		return c, nil
	}
	key, err := opener.Open(*w.profile().Certificate.Key)
	if err != nil {
		c.skip("certificate.key", nil)
		return c, nil
	}
	p := w.probe(ctx, best.url, shows(leaf, key))
	c.answered(w.Profile, p)
	return c, &p
}

// showable is the certificate to show, or nil, and then the check says why; opened
// tells whether the keys of the config file are open.
func (w World) showable(c *Check, best try, opened bool) *pushcert.Certificate {
	leaf := w.registered(c)
	if leaf == nil {
		return nil
	}
	params := problem.Params{"profile": w.Profile, "command": w.Again("apnsctl doctor")}
	switch key := w.profile().Certificate.Key; {
	case key == nil:
		c.skip("certificate.elsewhere", params)
	case key.Public != leaf.PublicKey():
		c.skip("certificate.key", nil)
	case w.Config.State.TrustRoot != "" && !w.Route.Named: // Apple shall not see it
		c.skip("certificate.rehearsal", nil, Cause{Key: "certificate.rehearsal", Params: params})
	case best.Failed < apns.StepHTTP2 && !best.Demanded:
		c.skip("tls.no-connection", nil)
	case !opened:
		c.skip("certificate.sealed", nil, Cause{Key: "certificate.sealed", Params: params})
	default:
		return leaf
	}
	return nil
}

// registered is the profile's certificate if it is in date, or nil, and then the check
// says why.
func (w World) registered(c *Check) *pushcert.Certificate {
	switch p := w.profile(); {
	case w.Config.State == nil:
		c.skip("certificate.no-file", nil)
		return nil
	case p == nil && len(w.Config.State.Profiles) > 1:
		c.skip("certificate.several", nil, Cause{Key: "certificate.several", Params: problem.Params{"command": w.Again("apnsctl doctor")}})
		return nil
	case p == nil || p.Certificate == nil:
		c.skip("certificate.none", nil)
		return nil
	}
	leaf, err := w.profile().Leaf(w.Profile)
	if err != nil {
		c.skip("certificate.key", nil)
		return nil
	}
	for _, f := range pushcert.CheckDates(leaf, w.Now(), pushcert.Policy{WarnDays: -1, CriticalDays: -1}) {
		params := problem.Params{"profile": w.Profile}
		c.see("certificate.profile", params)
		c.fail(problem.ExitRefused, Cause{Problem: f.Err(), Params: params})
		return nil
	}
	return leaf
}

// answered tells what the server made of the certificate.
func (c *Check) answered(profile string, p apns.Probe) {
	params := problem.Params{"profile": profile}
	switch {
	case p.Err == nil && p.Asked:
		c.see("certificate.taken", params)
	case p.Err == nil:
		c.skip("certificate.not-asked", nil)
	default:
		c.see("certificate.profile", params)
		f := Cause{Problem: p.Err, Params: params}
		if p.Err.Key() == "apns-refused.certificate-revoked" {
			f.Key = "certificate.revoked"
		}
		c.fail(p.Err.Code.Exit(), f)
	}
}
