package lifecycle

import (
	"slices"
	"sort"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Ledger knows what all profiles hold, so that many certificates are compared with ten thousand
// profiles in one pass. [State.Import] keeps it in step; any other change makes it useless.
type Ledger struct{ all holders }

// Ledger reads what all profiles hold.
func (s *State) Ledger() (*Ledger, error) {
	all, err := s.holders()
	return &Ledger{all}, err
}

// holdersFor are those of a ledger, or read anew where there is none.
func (s *State) holdersFor(l *Ledger) (holders, error) {
	if l != nil {
		return l.all, nil
	}
	return s.holders()
}

// target is [State.Target] by way of a ledger, where there is one.
func (s *State) target(c *pushcert.Certificate, o ImportOptions) (string, error) {
	if o.Ledger == nil || o.Profile != "" || len(s.Profiles) < 2 {
		return s.Target(c, o.Profile)
	}
	if name, ok := o.Ledger.Claimant(c); ok {
		return name, nil
	}
	return "", problem.Say(problem.Usage, "no-profile-matches", problem.Params{"topic": c.Topic(), "profiles": list(s.Names())})
}

// Claimant is the profile that holds the key of a certificate, else the one that knows its topic.
func (l *Ledger) Claimant(c *pushcert.Certificate) (name string, ok bool) {
	if names := l.all.byKey[c.PublicKey()]; len(names) > 0 {
		return names[0], true
	}
	for _, name := range l.all.byKnown[c.Topic()] {
		if c.Topic() != "" && l.all.known[name] == c.Topic() {
			return name, true
		}
	}
	return "", false
}

// heldBy is [State.HolderOf] by way of a ledger, where there is one.
func (s *State) heldBy(l *Ledger, public string) (string, bool) {
	if l == nil {
		return s.HolderOf(public)
	}
	if names := l.all.byKey[public]; len(names) > 0 {
		return names[0], true
	}
	return "", false
}

// note takes up what a profile holds now. What it held before it still knows or archives.
func (l *Ledger) note(name string, p *Profile, leaf *pushcert.Certificate) {
	if l == nil {
		return
	}
	l.all.forget(name)
	l.all.note(name, p, leaf)
}

// forget takes a profile out of the one list that it can leave: its certificate's topic.
func (h holders) forget(name string) {
	if old := h.leaf[name]; old != nil {
		h.byTopic[old.Topic()] = slices.DeleteFunc(slices.Clone(h.byTopic[old.Topic()]), func(n string) bool { return n == name })
	}
}

// note takes up a profile, whose certificate is leaf.
func (h holders) note(name string, p *Profile, leaf *pushcert.Certificate) {
	h.shared[name] = p.Shared
	known := p.remembered().Topic
	if leaf != nil {
		h.leaf[name] = leaf
		if topic := leaf.Topic(); topic != "" {
			known = topic
			h.byTopic[topic] = within(h.byTopic[topic], name)
		}
	}
	if known != "" {
		h.known[name] = known
		h.byKnown[known] = within(h.byKnown[known], name)
	}
	for _, earlier := range p.Earlier(known) {
		h.byKnown[earlier.Topic] = within(h.byKnown[earlier.Topic], name)
	}
	for _, k := range p.keys() {
		h.byKey[k.Public] = within(h.byKey[k.Public], name)
	}
}

// within is a sorted list of names with one more, which it may have already.
func within(names []string, name string) []string {
	at := sort.SearchStrings(names, name)
	if at < len(names) && names[at] == name {
		return names
	}
	return slices.Insert(names, at, name)
}

// Apart is a copy of the state to try imports on: whatever they do to it, this one stays.
func (s *State) Apart() *State {
	c := *s
	c.Profiles = make(map[string]*Profile, len(s.Profiles))
	for name, p := range s.Profiles {
		own := *p
		own.Pending, own.Keys, own.History = slices.Clip(p.Pending), slices.Clip(p.Keys), slices.Clip(p.History)
		if p.Certificate != nil {
			held := *p.Certificate
			own.Certificate = &held
		}
		c.Profiles[name] = &own
	}
	c.Unread = slices.Clone(s.Unread)
	return &c
}
