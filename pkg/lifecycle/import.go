package lifecycle

import (
	"cmp"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Candidate is a certificate that wants to be registered, and the key that came in
// the same file, if one did.
type Candidate struct {
	Certificate *pushcert.Certificate
	Key         *Key
}

// ImportOptions say how far an import may go.
type ImportOptions struct {
	Judge
	Profile         string // empty: found by key, then by topic
	Actor           string
	AcceptTopic     string // another topic, typed in full
	AllowShared     bool   // another profile may hold the same
	CertificateOnly bool   // the key lives elsewhere
	// AppleAccount is for the memo; DefaultAccount only where the memo has none.
	AppleAccount, DefaultAccount string
}

// Outcome is what an import did.
type Outcome struct {
	Action      Action // Registered, Renewed or Replaced; empty when nothing changed
	Profile     string
	Created     bool
	Beside      string // the other profiles, for a sentence
	Certificate *pushcert.Certificate
	Previous    *pushcert.Certificate
	Findings    []problem.Finding
	Todo        []Todo
}

// Todo names a step that is left to people after an import.
type Todo string

// The steps, in the order in which they are due.
const (
	TodoUpload   Todo = "upload"    // give certificate and key to the MDM server
	TodoHandOver Todo = "hand-over" // give the certificate to the product that holds the key
	TodoRestart  Todo = "restart"   // some servers keep using the old one
	TodoPushOne  Todo = "push-one"  // one test push proves the pair
	TodoSyncAll  Todo = "sync-all"  // renewed after expiry: devices have missed wake-ups
	TodoReenroll Todo = "re-enroll" // another topic: devices listen on the old one for ever
)

// Import registers or renews a certificate, or refuses with the gravest finding's code.
// Refused, it leaves the state as it was.
func (s *State) Import(c Candidate, o ImportOptions) (*Outcome, error) {
	if role := c.Certificate.Role(); role != pushcert.RoleMDMPush {
		return nil, WrongKind(role).Err()
	}
	name, err := s.Target(c.Certificate, o.Profile)
	if err != nil {
		return nil, err
	}
	found, err := s.Examine(c, name, o)
	if err != nil {
		return nil, err
	}
	if f, refused := refusal(found); refused {
		return nil, f.Err()
	}
	p, created := s.ensure(name)
	p.AppleAccount = cmp.Or(o.AppleAccount, p.AppleAccount, o.DefaultAccount)
	out := &Outcome{Profile: name, Created: created, Beside: s.Others(name), Certificate: c.Certificate, Findings: found}
	if out.Previous, err = p.Leaf(name); err != nil {
		return nil, err
	}
	key, _ := s.findKey(c, name, o)
	if old := out.Previous; old != nil && old.SHA256() == c.Certificate.SHA256() {
		p.complete(key)
		return out, nil
	}
	out.Action = action(out.Previous, c.Certificate)
	out.Todo = todo(out.Action, out.Previous, key != nil, o.Now)
	if problem.Has(found, problem.TopicMismatch) {
		out.Todo = append(out.Todo, TodoReenroll)
	}
	p.install(c.Certificate, key, out.Action, o)
	return out, nil
}

// Target finds the profile that a certificate is for: the one named, the only one,
// else the one that holds its key, else the one that holds its topic.
func (s *State) Target(c *pushcert.Certificate, named string) (string, error) {
	if named != "" || len(s.Profiles) < 2 {
		return s.Choose(named)
	}
	if name, ok := s.HolderOf(c.PublicKey()); ok {
		return name, nil
	}
	for _, name := range s.Names() {
		r, err := s.Profiles[name].reference(name)
		if err != nil {
			return "", err
		}
		if r.Topic != "" && r.Topic == c.Topic() {
			return name, nil
		}
	}
	return "", problem.Say(problem.Usage, "no-profile-matches", problem.Params{"topic": c.Topic(), "profiles": list(s.Names())})
}

// Examine holds a candidate against a profile: the gravest questions first. It
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
	if o.AcceptTopic != "" {
		if o.AcceptTopic != c.Certificate.Topic() {
			return nil, problem.Say(problem.Usage, "accept-topic", problem.Params{"given": o.AcceptTopic, "topic": c.Certificate.Topic()})
		}
		r.Topic = ""
	}
	found := append(Compare(c.Certificate, r), p.formerTopic(name, c.Certificate, o)...)
	if !o.AllowShared {
		all, err := s.holders()
		if err != nil {
			return nil, err
		}
		found = append(found, all.duplicates(c.Certificate, name, p)...)
	}
	found = append(found, pushcert.CheckPush(c.Certificate, o.Now, o.Policy, o.Trust)...)
	_, key := s.findKey(c, name, o)
	found = append(found, key...)
	account := cmp.Or(o.AppleAccount, p.AppleAccount, o.DefaultAccount)
	return problem.About(append(found, memo(name, account, p.Pending, o.Now)...), "profile", name), nil
}

// formerTopic finds that a profile whose certificate was deleted gets another topic than
// it had. Whoever deleted it may want just that; the devices need to be enrolled again.
func (p *Profile) formerTopic(name string, c *pushcert.Certificate, o ImportOptions) []problem.Finding {
	if p.Certificate != nil || len(p.History) == 0 || o.AcceptTopic != "" {
		return nil
	}
	former := ""
	for _, e := range p.History {
		former = cmp.Or(e.Topic, former)
	}
	if former == "" || former == c.Topic() || c.Topic() == "" {
		return nil
	}
	return []problem.Finding{problem.FoundAs(problem.TopicMismatch, "former", problem.Warning, problem.Params{
		"profile": name, "topic": c.Topic(), "stored_topic": former,
	})}
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
	other, held := s.HolderOf(public)
	switch {
	case held && o.AllowShared:
		k, _ := s.Profiles[other].KeyFor(public)
		return &k, nil
	case held:
		return nil, []problem.Finding{problem.FoundAs(problem.KeyMismatch, "other-profile", problem.Critical, problem.Params{
			"profile": name, "other_profile": other,
		})}
	case o.CertificateOnly || s.Profiles[name].WatchedOnly():
		return nil, []problem.Finding{problem.FoundAs(problem.KeyMissing, "elsewhere", problem.Info, problem.Params{"profile": name})}
	}
	return nil, []problem.Finding{problem.Found(problem.KeyMissing, problem.Critical, problem.Params{"profile": name})}
}

// WatchedOnly tells whether the profile's present certificate has its key elsewhere, as
// that of its renewal will be.
func (p *Profile) WatchedOnly() bool {
	return p != nil && p.Certificate != nil && p.Certificate.Key == nil
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

// complete gives a certificate that was watched only the key that now came.
func (p *Profile) complete(key *Key) {
	if p.Certificate.Key == nil {
		p.Certificate.Key = key
	}
}

func action(previous, next *pushcert.Certificate) Action {
	switch {
	case previous == nil:
		return Registered
	case previous.Topic() != next.Topic():
		return Replaced
	}
	return Renewed
}

func todo(a Action, previous *pushcert.Certificate, haveKey bool, now time.Time) []Todo {
	steps := []Todo{TodoHandOver}
	if haveKey {
		steps = []Todo{TodoUpload, TodoRestart, TodoPushOne}
	}
	switch {
	case a == Replaced:
		steps = append(steps, TodoReenroll)
	case a == Renewed && now.After(previous.X509.NotAfter):
		steps = append(steps, TodoSyncAll)
	}
	return steps
}

// install makes c the profile's certificate. The one before goes into the history,
// its key into the archive.
func (p *Profile) install(c *pushcert.Certificate, key *Key, a Action, o ImportOptions) {
	event := Event{
		At: o.Now, By: o.Actor, Action: a, Topic: c.Topic(), SerialHex: c.SerialHex(),
		NotAfter: new(c.X509.NotAfter), SHA256: c.SHA256(), AppleAccount: p.AppleAccount,
	}
	vendor := ""
	for _, pending := range p.Pending {
		if key != nil && pending.Key.Public == key.Public {
			event.VendorSerial, vendor = pending.VendorSerial, pending.Vendor
		}
	}
	p.retire(&event)
	p.closeRequests()
	p.Certificate = &Held{PEM: string(c.PEM()), Key: key, ImportedAt: o.Now, ImportedBy: o.Actor, Vendor: vendor}
	p.ExpectTopic = ""
	p.Shared = p.Shared || o.AllowShared
	p.Keys = without(p.Keys, key)
	p.History = append(p.History, event)
}

// retire puts the present certificate into an event and its key into the archive.
func (p *Profile) retire(e *Event) {
	if p.Certificate == nil {
		return
	}
	e.PEM = p.Certificate.PEM
	if p.Certificate.Key != nil {
		p.archive(*p.Certificate.Key)
	}
	p.Certificate = nil
}

// without lists the archived keys except the one that is in use again.
func without(keys []Key, used *Key) []Key {
	var rest []Key
	for _, k := range keys {
		if used == nil || k.Public != used.Public {
			rest = append(rest, k)
		}
	}
	return rest
}
