package lifecycle

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Delete removes a profile's certificate. The memo and the history stay, every key is
// archived; purge removes the profile with all that it holds, which nothing else does.
func (s *State) Delete(name, actor string, purge bool, now time.Time) error {
	p, err := s.Profile(name)
	if err != nil {
		return err
	}
	if purge {
		delete(s.Profiles, name)
		return nil
	}
	c, err := p.Leaf(name)
	if err != nil {
		return err
	}
	if c == nil {
		return problem.Say(problem.CertificateMissing, "delete", problem.Params{"profile": name})
	}
	event := Event{At: now, By: actor, Action: Deleted, AppleAccount: p.AppleAccount, Vendor: p.Certificate.Vendor}.Certified(c)
	p.retire(&event)
	p.closeRequests()
	p.Record(event)
	return nil
}
