package lifecycle

import (
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// AdoptOptions say how a profile of another config file is taken in.
type AdoptOptions struct {
	Terms
	Profile     string // its name here
	From        string // its name there
	Actor       string
	AllowShared bool
}

// Adopt takes in a profile of another config file with all that it knows: memo, history, topic and
// keys. What another profile here holds, what Apple did not issue, and a name that is taken are
// refused; refused, it leaves the state as it was. Where the profile is here already with the
// same certificate, it takes over the keys that it lacks.
func (s *State) Adopt(p *Profile, o AdoptOptions) (*Outcome, error) {
	if _, err := s.Choose(o.Profile); err != nil || o.Profile == "" {
		return nil, problem.Say(problem.Usage, "name.profile", problem.Params{"value": strconv.Quote(o.Profile)})
	}
	leaf, err := p.Leaf(o.Profile)
	if err != nil {
		return nil, err
	}
	out := &Outcome{
		Action: Registered, Profile: o.Profile, Created: true, Beside: s.Others(o.Profile), Near: s.NearMisses(o.Profile),
		Headline: HeadlineMoved, Certificate: leaf,
	}
	if here, taken := s.Profiles[o.Profile]; taken {
		out.Action, out.Created, out.Previous = "", false, leaf
		out.Headline, err = here.completeFrom(p, leaf, o)
		return out, err
	}
	if twin := s.twin(o.Profile); twin != "" {
		return nil, problem.Say(problem.Usage, "moved.twin", problem.Params{"profile": o.Profile, "other_profile": twin})
	}
	if out.Findings, err = s.examineMoved(p, leaf, o); err != nil {
		return nil, err
	}
	if f, refused := refusal(out.Findings); refused {
		return nil, f.Err()
	}
	s.ensure(o.Profile)
	s.Profiles[o.Profile] = p
	known, err := p.KnownTopic(o.Profile)
	out.GaveWay = s.giveWay(o.Profile, known.Topic)
	p.Shared, p.Server, p.Fetched = o.AllowShared, "", nil // its server is not in this file
	event := Event{At: o.Now, By: o.Actor, Action: Noted, AppleAccount: p.AppleAccount, Detail: "apnsctl-profile: " + o.From}
	if leaf != nil {
		event.Action = Registered
		event = event.Certified(leaf)
		out.Todo = todo(out.Headline, p.Certificate.Key != nil)
		out.Kept = s.KeepIssuers(leaf, o.Trust)
	}
	p.Record(event)
	for _, e := range p.History { // what was put away may come back
		if c, err := stored(e.PEM, o.Profile); err == nil {
			out.Kept = append(out.Kept, s.KeepIssuers(c, o.Trust)...)
		}
	}
	return out, err
}

// completeFrom takes over the keys that a profile lacks from itself as it was elsewhere.
func (p *Profile) completeFrom(moved *Profile, leaf *pushcert.Certificate, o AdoptOptions) (Headline, error) {
	held, err := p.Leaf(o.Profile)
	if err != nil {
		return "", err
	}
	if held == nil || leaf == nil || held.SHA256() != leaf.SHA256() {
		return "", problem.Say(problem.Usage, "moved.exists", problem.Params{"profile": o.Profile})
	}
	headline := HeadlineUnchanged
	if key, ok := moved.KeyFor(leaf.PublicKey()); ok && p.complete(&key, Event{At: o.Now, By: o.Actor}.Certified(leaf)) {
		headline = HeadlineCompleted
	}
	for _, k := range moved.keys() {
		if _, known := p.KeyFor(k.Public); !known {
			p.archive(k)
		}
	}
	return headline, nil
}

// examineMoved checks a profile that comes from another config file as an import checks a
// certificate. That it has expired is no reason to leave it there.
func (s *State) examineMoved(p *Profile, leaf *pushcert.Certificate, o AdoptOptions) (found []problem.Finding, err error) {
	all, err := s.holders()
	if err != nil {
		return nil, err
	}
	if !o.AllowShared {
		found = all.foreignMoved(p, leaf, o.Profile)
	}
	if leaf != nil {
		if role := leaf.Role(); role != pushcert.RoleMDMPush {
			return nil, WrongKind(role).Err()
		}
		if key := p.Certificate.Key; key != nil && key.Public != leaf.PublicKey() {
			found = append(found, problem.FoundAs(problem.KeyMismatch, "stored", problem.Critical, problem.Params{"profile": o.Profile}))
		}
		for _, f := range pushcert.CheckPush(leaf, o.Now, o.Policy, o.Trust) {
			if f.Code == problem.Expired {
				f.Severity = problem.Warning
			}
			found = append(found, f)
		}
		found = problem.About(found, "topic", leaf.Topic())
	}
	found = append(found, s.memo(o.Profile, p.AppleAccount, p.Pending, o.Now)...)
	return problem.About(found, "profile", o.Profile), nil
}

// foreignMoved tells whether another profile here holds the certificate, a topic or a key of a
// profile that comes from elsewhere.
func (h holders) foreignMoved(p *Profile, leaf *pushcert.Certificate, name string) []problem.Finding {
	if leaf != nil {
		if found := h.foreign(leaf, name); len(found) > 0 {
			return found
		}
	} else if topic := p.remembered().Topic; topic != "" {
		if other := h.another(h.byKnown[topic], name); other != "" {
			return []problem.Finding{problem.Found(problem.DuplicateTopic, problem.Critical, problem.Params{"topic": topic, "profile": name, "other_profile": other})}
		}
	}
	for _, k := range p.keys() {
		if other := h.another(h.byKey[k.Public], name); other != "" {
			return []problem.Finding{problem.FoundAs(problem.KeyMismatch, "other-profile", problem.Critical, problem.Params{"profile": name, "other_profile": other})}
		}
	}
	return nil
}
