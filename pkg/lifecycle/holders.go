package lifecycle

import (
	"slices"
	"sort"

	"github.com/apnsctl/apnsctl/pkg/internal/sidebyside"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// holders knows which profiles hold which certificate, topic and key, so that a thousand
// profiles are compared in one pass.
type holders struct {
	leaf    map[string]*pushcert.Certificate // by profile
	byTopic map[string][]string              // profiles by the topic of their certificate, sorted
	byKnown map[string][]string              // profiles by each topic that they know or had, sorted
	known   map[string]string                // the topic that a profile knows
	byKey   map[string][]string              // profiles by public key, sorted
	shared  map[string]bool                  // profiles whose owner allowed it
	waits   map[string]bool                  // profiles that remember the topic of a refused file, and nothing else
	sum     map[string]string                // the SHA-256 of a profile's certificate, where leaf has its outline alone
}

// holders reads every certificate.
func (s *State) holders() (holders, error) {
	return s.holdersBy(func(_ int, c *pushcert.Certificate) *pushcert.Certificate { return c })
}

// holdersBy is holders where keep sees each certificate, by the place of its profile, and says
// what is kept of it. It is called side by side.
func (s *State) holdersBy(keep func(int, *pushcert.Certificate) *pushcert.Certificate) (holders, error) {
	h := holders{
		sum: map[string]string{}, waits: map[string]bool{},
		leaf: map[string]*pushcert.Certificate{}, byTopic: map[string][]string{}, byKnown: map[string][]string{},
		known: map[string]string{}, byKey: map[string][]string{}, shared: map[string]bool{},
	}
	names := s.read()
	leaves, errs, sums := make([]*pushcert.Certificate, len(names)), make([]error, len(names)), make([]string, len(names))
	sidebyside.Each(len(names), func() func(int) {
		return func(i int) {
			whole, err := s.Profiles[names[i]].Leaf(names[i])
			if errs[i] = err; whole == nil {
				return
			}
			if leaves[i] = keep(i, whole); leaves[i] != whole {
				sums[i] = whole.SHA256()
			}
		}
	})
	for i, name := range names {
		if errs[i] != nil {
			return h, errs[i]
		}
		h.note(name, s.Profiles[name], leaves[i])
		if sums[i] != "" {
			h.sum[name] = sums[i]
		}
	}
	return h, nil
}

// duplicates finds another profile that holds the certificate or its topic, unless
// the owner allowed it for either.
func (h holders) duplicates(c *pushcert.Certificate, name string) []problem.Finding {
	if h.shared[name] {
		return nil
	}
	other := h.another(h.byTopic[c.Topic()], name)
	if other == "" {
		return nil
	}
	code := problem.DuplicateTopic
	if h.sumOf(other, h.leaf[other]) == h.sumOf(name, c) {
		code = problem.DuplicateCertificate
	}
	return []problem.Finding{problem.Found(code, problem.Critical, problem.Params{
		"topic": c.Topic(), "profile": name, "other_profile": other,
	})}
}

// sumOf is the SHA-256 of a profile's certificate, or of one that is offered to it.
func (h holders) sumOf(name string, c *pushcert.Certificate) string {
	if sum := h.sum[name]; sum != "" {
		return sum
	}
	return c.SHA256()
}

// another is the first of the names that is not the one given, did not allow sharing, and does not give way.
func (h holders) another(names []string, name string) string {
	for _, other := range names {
		givesWay := other == DefaultProfile && h.waits[other]
		if other != name && !h.shared[other] && !givesWay {
			return other
		}
	}
	return ""
}

// claim is what a profile, and the first other one, have of a certificate.
type claim struct {
	knows, holds   bool   // the profile knows its topic, holds its key
	topicOf, keyOf string // the other profiles; empty if there is none
	together       bool   // the profile that knows the topic holds the key too
}

func (h holders) claim(c *pushcert.Certificate, name string) claim {
	byTopic, byKey := h.byKnown[c.Topic()], h.byKey[c.PublicKey()]
	topicOf := h.another(byTopic, name)
	return claim{
		slices.Contains(byTopic, name), slices.Contains(byKey, name), topicOf, h.another(byKey, name), slices.Contains(byKey, topicOf),
	}
}

// foreign tells whose certificate it is that is offered to a profile, if it is another
// profile's by its bytes, its topic or its key. That comes before any guess at what went
// wrong: the commonest cause is the wrong file of two, or the wrong row at the portal.
func (h holders) foreign(c *pushcert.Certificate, name string) []problem.Finding {
	if h.shared[name] {
		return nil
	}
	same, is := h.duplicates(c, name), h.claim(c, name)
	if problem.Has(same, problem.DuplicateCertificate) {
		return same
	}
	if found := is.crossed(c.Topic(), name); found != nil {
		return found
	}
	params := problem.Params{"topic": c.Topic(), "profile": name, "other_profile": is.topicOf}
	switch {
	case !is.knows && is.topicOf != "" && h.waits[is.topicOf]:
		return []problem.Finding{problem.FoundAs(problem.DuplicateTopic, "remembered", problem.Critical, params)}
	case !is.knows && is.topicOf != "":
		return []problem.Finding{problem.Found(problem.DuplicateTopic, problem.Critical, params)}
	case len(same) > 0, is.holds, is.keyOf == "":
		return same
	}
	params["other_profile"] = is.keyOf
	if known := h.known[is.keyOf]; known != "" && known != c.Topic() {
		params["stored_topic"] = known
		return []problem.Finding{problem.FoundAs(problem.KeyMismatch, "other-profile-topic", problem.Critical, params)}
	}
	return []problem.Finding{problem.FoundAs(problem.KeyMismatch, "other-profile", problem.Critical, params)}
}

// crossed is the finding that the request of one profile was uploaded in the row of
// another: the certificate has the topic of the one and the key of the other, and belongs
// to neither. Nil if that is not so.
func (is claim) crossed(topic, name string) []problem.Finding {
	params := problem.Params{"topic": topic, "profile": name}
	switch {
	case is.knows && !is.holds && is.keyOf != "":
		params["topic_profile"], params["key_profile"], params["other_profile"] = name, is.keyOf, is.keyOf
		return []problem.Finding{problem.FoundAs(problem.KeyMismatch, "crossed", problem.Critical, params)}
	case is.knows, is.topicOf == "", is.together:
		return nil
	case is.holds:
		params["key_profile"] = name
	case is.keyOf != "":
		params["key_profile"] = is.keyOf
	default:
		return nil
	}
	params["topic_profile"], params["other_profile"] = is.topicOf, is.topicOf
	return []problem.Finding{problem.FoundAs(problem.DuplicateTopic, "crossed", problem.Critical, params)}
}

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

// drop takes a profile out that knew a topic, and held nothing.
func (l *Ledger) drop(name string) {
	if l != nil {
		delete(l.all.known, name)
	}
}

// forget takes a profile out of the one list that it can leave: its certificate's topic.
func (h holders) forget(name string) {
	if old := h.leaf[name]; old != nil {
		h.byTopic[old.Topic()] = slices.DeleteFunc(slices.Clone(h.byTopic[old.Topic()]), func(n string) bool { return n == name })
	}
}

// note takes up a profile, whose certificate is leaf.
func (h holders) note(name string, p *Profile, leaf *pushcert.Certificate) {
	h.shared[name], h.waits[name] = p.Shared, p.waits()
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
