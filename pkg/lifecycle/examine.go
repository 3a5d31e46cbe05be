package lifecycle

import (
	"cmp"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Examine compares a candidate with a profile: the gravest questions first. It
// changes nothing.
func (s *State) Examine(c Candidate, name string, o ImportOptions) ([]problem.Finding, error) {
	p := s.Profiles[name]
	if p == nil {
		p = &Profile{}
	}
	r, err := p.reference(name)
	if err != nil {
		return nil, err
	}
	if err := r.expect(c.Certificate, o); err != nil {
		return nil, err
	}
	var found []problem.Finding
	if !o.AllowShared {
		all, err := s.holdersFor(o.Ledger)
		if err != nil {
			return nil, err
		}
		found = all.foreign(c.Certificate, name)
	}
	alien := len(found) > 0
	found = append(found, Compare(c.Certificate, r)...)
	found = append(found, pushcert.CheckPush(c.Certificate, o.Now, o.For(p).Policy, o.Trust)...)
	if _, key := s.findKey(c, name, o); !problem.Has(found, problem.KeyMismatch) {
		found = append(found, key...)
	}
	account := cmp.Or(o.AppleAccount, p.AppleAccount, p.defaultAccount(c, o))
	found = append(found, s.memo(name, account, p.Requests(), o.Now)...)
	return advised(problem.About(problem.About(found, "profile", name), "topic", c.Certificate.Topic()), alien), nil
}

// expect chooses the topic to compare with: the one accepted is compared with nothing, the
// one named by a person with the certificate.
func (r *Reference) expect(c *pushcert.Certificate, o ImportOptions) error {
	switch {
	case o.AcceptTopic != "" && o.AcceptTopic != c.Topic():
		return problem.Say(problem.Usage, "accept-topic", problem.Params{"given": o.AcceptTopic, "topic": c.Topic()})
	case o.AcceptTopic != "":
		r.Topic = ""
	case o.ExpectTopic != "" && r.Source != TopicStored:
		r.Topic, r.Source, r.Server = o.ExpectTopic, TopicExpected, ""
	}
	return nil
}

// advised words findings by what was found beside them, so that no next step contradicts
// another: whose certificate it is comes before a guess about its topic, what is not the profile's
// or older than what is leaves nothing to renew, and a new topic is offered only where nothing else
// speaks against the certificate, sharing one only where the profile's own topic does not.
func advised(found []problem.Finding, alien bool) []problem.Finding {
	acceptable := !slices.ContainsFunc(found, func(f problem.Finding) bool {
		return f.Severity == problem.Critical && f.Code != problem.TopicMismatch && f.Code != problem.ExpiresSoon
	})
	older, unfit := problem.Has(found, problem.OlderThanStored), alien || problem.Has(found, problem.TopicMismatch)
	shareable(found)
	for i, f := range found {
		switch {
		case f.Code == problem.TopicMismatch && alien:
			found[i] = problem.FoundAs(problem.TopicMismatch, "others", f.Severity, f.Params)
		case f.Code == problem.TopicMismatch && acceptable:
			f.Params["acceptable"] = "true"
		case older || unfit:
			found[i] = unadvised(f, f.Severity, older)
		}
	}
	return found
}

// unadvised words a date of a certificate that is older than the profile's, or not the profile's: no renewal
// follows from it. Other findings stay.
func unadvised(f problem.Finding, severity problem.Severity, older bool) problem.Finding {
	switch {
	case f.Code == problem.Expired && older:
		return problem.FoundAs(problem.Expired, "older", severity, f.Params)
	case f.Code == problem.Expired:
		return problem.FoundAs(problem.Expired, "unfit", severity, f.Params)
	case f.Code == problem.ExpiresSoon && older:
		return problem.FoundAs(problem.ExpiresSoon, "older", severity, f.Params)
	case f.Code == problem.ExpiresSoon:
		return problem.FoundAs(problem.ExpiresSoon, "unfit", severity, f.Params)
	}
	return f
}

// Superseded is what was found of a certificate beside a newer one of its profile that came with it: from its
// age nothing follows. It is false, and what was found, where more than its age speaks against it.
func Superseded(found []problem.Finding) ([]problem.Finding, bool) {
	milder := slices.Clone(found)
	for i, f := range milder {
		switch {
		case f.Code == problem.OlderThanStored:
			milder[i] = problem.FoundAs(problem.OlderThanStored, "superseded", problem.Info, f.Params)
		case f.Code == problem.Expired, f.Code == problem.ExpiresSoon:
			milder[i] = unadvised(f, problem.Info, true)
		case f.Severity == problem.Critical:
			return found, false
		}
	}
	return milder, true
}

// shareable marks what two profiles may be meant to share: never another topic.
func shareable(found []problem.Finding) {
	if problem.Has(found, problem.TopicMismatch) {
		return
	}
	for _, f := range found {
		if f.Code == problem.DuplicateCertificate || f.Code == problem.DuplicateTopic {
			f.Params["shareable"] = "true"
		}
	}
}

// findKey looks for the private key of a candidate: among the profile's own, in the
// file, and where sharing is allowed at the profile that it is shared with. The key is
// nil where it lives elsewhere; a finding says so, or why there is none.
func (s *State) findKey(c Candidate, name string, o ImportOptions) (*Key, []problem.Finding) {
	public := c.Certificate.PublicKey()
	if c.Key != nil && c.Key.Public != public {
		return nil, []problem.Finding{problem.Found(problem.KeyMismatch, problem.Critical, nil)}
	}
	if p := s.Profiles[name]; p != nil {
		if k, ok := p.KeyFor(public); ok {
			return &k, nil
		}
	}
	if c.Key != nil {
		return c.Key, nil
	}
	other, held := s.heldBy(o.Ledger, public)
	switch {
	case held && o.AllowShared:
		k, _ := s.Profiles[other].KeyFor(public)
		return &k, nil
	case held:
		return nil, []problem.Finding{problem.FoundAs(problem.KeyMismatch, "other-profile", problem.Critical, problem.Params{
			"profile": name, "other_profile": other,
		})}
	case s.Profiles[name].requestedOther(c.Certificate):
		return nil, []problem.Finding{problem.FoundAs(problem.KeyMismatch, "server", problem.Critical, problem.Params{
			"profile": name, "server": s.Profiles[name].Server,
		})}
	case o.CertificateOnly, s.Profiles[name].KeyElsewhere(), s.Profiles[name].ServersRequest() != nil:
		return nil, []problem.Finding{s.keyElsewhere(name)}
	}
	return nil, []problem.Finding{problem.Found(problem.KeyMissing, problem.Critical, problem.Params{"profile": name})}
}

// WatchedOnly tells whether the profile's present certificate has its key elsewhere, as
// that of its renewal will be.
func (p *Profile) WatchedOnly() bool {
	return p != nil && p.Certificate != nil && p.Certificate.Key == nil
}

// KeyElsewhere tells whether the key of the profile's next certificate will be elsewhere, as that of the present one
// is, or as that of the one that was deleted was.
func (p *Profile) KeyElsewhere() bool {
	if p == nil || p.Certificate != nil || len(p.Pending) > 0 {
		return p.WatchedOnly()
	}
	for _, e := range slices.Backward(p.History) {
		if !e.Action.decides() {
			continue
		}
		former, err := stored(e.PEM, "")
		if e.Action != Deleted || err != nil {
			return false
		}
		_, held := p.KeyFor(former.PublicKey())
		return !held
	}
	return false
}

// Refuses tells whether findings forbid that a certificate is registered.
func Refuses(found []problem.Finding) bool {
	_, refused := refusal(found)
	return refused
}

// Refusal is the error of the finding that forbids that a certificate is registered; nil if none
// does.
func Refusal(found []problem.Finding) error {
	if f, refused := refusal(found); refused {
		return f.Err()
	}
	return nil
}

// refusal picks the finding that forbids an import. A certificate that is due soon
// is still better than none.
func refusal(found []problem.Finding) (problem.Finding, bool) {
	for _, f := range found {
		if f.Severity == problem.Critical && f.Code != problem.ExpiresSoon {
			return f, true
		}
	}
	return problem.Finding{}, false
}
