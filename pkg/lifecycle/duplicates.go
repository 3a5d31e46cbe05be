package lifecycle

import (
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// holders knows which profiles hold which topic, so that a thousand profiles are
// compared in one pass.
type holders struct {
	leaf    map[string]*pushcert.Certificate // by profile
	byTopic map[string][]string              // profiles by topic, sorted
	shared  map[string]bool                  // profiles whose owner allowed it
}

func (s *State) holders() (holders, error) {
	h := holders{map[string]*pushcert.Certificate{}, map[string][]string{}, map[string]bool{}}
	for _, name := range s.Names() {
		c, err := s.Profiles[name].Leaf(name)
		if err != nil {
			return h, err
		}
		if c == nil {
			continue
		}
		h.leaf[name], h.shared[name] = c, s.Profiles[name].Shared
		if topic := c.Topic(); topic != "" {
			h.byTopic[topic] = append(h.byTopic[topic], name)
		}
	}
	return h, nil
}

// duplicates finds another profile that holds the certificate or its topic, unless
// the owner allowed it for either.
func (h holders) duplicates(c *pushcert.Certificate, name string, p *Profile) []problem.Finding {
	if p.Shared {
		return nil
	}
	for _, other := range h.byTopic[c.Topic()] {
		if other == name || h.shared[other] {
			continue
		}
		code := problem.DuplicateTopic
		if h.leaf[other].SHA256() == c.SHA256() {
			code = problem.DuplicateCertificate
		}
		return []problem.Finding{problem.Found(code, problem.Critical, problem.Params{
			"topic": c.Topic(), "profile": name, "other_profile": other,
		})}
	}
	return nil
}
