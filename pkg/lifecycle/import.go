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
	Terms
	Profile         string // empty: found by key, then by topic
	Actor           string
	AcceptTopic     string // another topic, typed in full
	AllowShared     bool   // another profile may hold the same
	CertificateOnly bool   // the key lives elsewhere
	First           bool   // no device was ever enrolled, in a person's words
	ExpectTopic     string // the topic that a person named
	// AppleAccount is for the memo; DefaultAccount only where the memo has none.
	AppleAccount, DefaultAccount string
	Ledger                       *Ledger // of the state, for many imports; nil: read for this one
}

// Import registers or renews a certificate, or refuses with the gravest finding's code.
// Refused, it leaves the state as it was.
func (s *State) Import(c Candidate, o ImportOptions) (*Outcome, error) {
	if role := c.Certificate.Role(); role != pushcert.RoleMDMPush {
		return nil, WrongKind(role).Err()
	}
	name, err := s.target(c.Certificate, o)
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
	before, err := p.reference(name)
	if err != nil {
		return nil, err
	}
	kept := s.KeepIssuers(c.Certificate, o.Trust)
	key, _ := s.findKey(c, name, o)
	p.AppleAccount = cmp.Or(o.AppleAccount, p.AppleAccount, p.defaultAccount(c, o))
	out := &Outcome{
		Profile: name, Created: created, Certificate: c.Certificate, Previous: before.Certificate, Findings: found,
		OldTopic: before.Topic, Until: before.returned(c.Certificate.Topic()), Kept: kept,
	}
	if old := out.Previous; old != nil && old.SHA256() == c.Certificate.SHA256() {
		out.Headline = HeadlineUnchanged
		if p.complete(key, Event{At: o.Now, By: o.Actor}.Certified(c.Certificate)) {
			out.Headline = HeadlineCompleted
			o.Ledger.note(name, p, c.Certificate)
		}
		return out, nil
	}
	late := before.expiredBy(o.Now, p.Refused)
	out.Action = action(before, c.Certificate)
	out.Headline = headline(out.Action, before, c.Certificate, late)
	out.Todo = todo(out.Headline, key != nil)
	p.install(c.Certificate, key, out.Action, o)
	o.Ledger.note(name, p, c.Certificate)
	if out.GaveWay = s.giveWay(name, c.Certificate.Topic()); out.GaveWay {
		o.Ledger.drop(DefaultProfile)
	}
	if created && o.Ledger == nil { // of many nobody is told who stands beside them
		out.Beside, out.Near = s.Others(name), s.NearMisses(name)
	}
	return out, nil
}

// defaultAccount is the Apple Account of the settings where it is likely the profile's:
// where the request was made here. A certificate that comes from elsewhere may have been
// made with any account, and a wrong memo is worse than none.
func (p *Profile) defaultAccount(c Candidate, o ImportOptions) string {
	if c.Key == nil && p.IsOpen(c.Certificate.PublicKey()) {
		return o.DefaultAccount
	}
	return ""
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
	if name, ok := s.ProfileOf(c.Topic()); ok {
		return name, nil
	}
	return "", problem.Say(problem.Usage, "no-profile-matches", problem.Params{"topic": c.Topic(), "profiles": list(s.Names())})
}

// complete gives a certificate that was watched only, or stood beside another's key, the key
// that now came, and tells whether it did. The event says when, by whom and of which certificate; it is
// noted, as what changes neither certificate nor topic.
func (p *Profile) complete(key *Key, e Event) bool {
	switch held := p.Certificate.Key; {
	case key == nil, held != nil && held.Public == key.Public:
		return false
	case held != nil:
		p.archive(*held)
	}
	p.Certificate.Key, p.Keys = key, without(p.Keys, key)
	e.Action, e.AppleAccount, e.Detail = Noted, p.AppleAccount, "private-key"
	p.Record(e)
	return true
}

// install makes c the profile's certificate. The one before goes into the history,
// its key into the archive.
func (p *Profile) install(c *pushcert.Certificate, key *Key, a Action, o ImportOptions) {
	event := Event{At: o.Now, By: o.Actor, Action: a, AppleAccount: p.AppleAccount}.Certified(c)
	for _, pending := range p.Pending {
		if key != nil && pending.Key.Public == key.Public {
			event.VendorSerial, event.Vendor = pending.VendorSerial, pending.Vendor
		}
	}
	if f := p.ServersRequest(); p.madeByServer(c.PublicKey()) {
		event.VendorSerial, event.Vendor = f.VendorSerial, f.Vendor
	}
	p.retire(&event)
	p.closeRequests()
	p.Certificate = &Held{PEM: string(c.PEM()), Key: key, ImportedAt: o.Now, ImportedBy: o.Actor, Vendor: event.Vendor}
	p.ExpectTopic, p.First, p.Refused = "", false, nil
	p.AcquiredOn = c.X509.NotBefore.UTC().Format(time.DateOnly)
	p.Shared = p.Shared || o.AllowShared
	p.Keys = without(p.Keys, key)
	p.Record(event)
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
