package gate

import (
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Upload is what is asked before a certificate leaves for the server of its profile.
type Upload struct {
	Rules   lifecycle.ImportOptions
	Profile string
	// HoldsKey tells that the server made the key, and Real that it is a service that others
	// use, where nothing of a rehearsal belongs.
	HoldsKey, Real bool
}

// Check refuses what must not leave: all that an import refuses, and for a server that holds the
// key a certificate of another key than its request has. What the profile has already passed this
// once, and has to pass it again, for it may have expired.
func (u Upload) Check(s *lifecycle.State, c Candidate) error {
	found, err := s.Examine(lifecycle.Candidate{Certificate: c.Certificate, Key: c.publicKey()}, u.Profile, c.rules(u.Rules))
	if err != nil {
		return err
	}
	if role := c.Certificate.Role(); role != pushcert.RoleMDMPush {
		return lifecycle.WrongKind(role).Err()
	}
	for _, f := range found {
		if f.Code == problem.Simulated && u.Real {
			return problem.Say(problem.Simulated, "server", problem.Params{"profile": u.Profile, "server": s.Profiles[u.Profile].Server})
		}
	}
	if err := lifecycle.Refusal(found); err != nil {
		return err
	}
	if u.HoldsKey {
		return s.Profiles[u.Profile].ServersKey(u.Profile, c.Certificate)
	}
	return nil
}

// publicKey is the public half of the key that came with the certificate; nil where none did.
func (c Candidate) publicKey() *lifecycle.Key {
	if c.Key == nil {
		return nil
	}
	return &lifecycle.Key{Public: c.Key.PublicKey()}
}
