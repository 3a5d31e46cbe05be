package lifecycle

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// RollbackOptions say which certificate is to come back, and how far that may go.
type RollbackOptions struct {
	Terms
	Profile string
	Serial  string // of the certificate; empty for the one that was put away last
	Actor   string
	Force   bool // even one that has expired
}

// Rollback makes a certificate that was put away the profile's again, with its key, or refuses
// with the gravest finding's code. Refused, it leaves the state as it was.
func (s *State) Rollback(o RollbackOptions) (*Outcome, error) {
	p, err := s.Profile(o.Profile)
	if err != nil {
		return nil, err
	}
	c, err := p.PutAway(o.Profile, o.Serial)
	if err != nil {
		return nil, err
	}
	before, err := p.reference(o.Profile)
	if err != nil {
		return nil, err
	}
	found, err := s.examineFormer(c, p, before, o)
	if err != nil {
		return nil, err
	}
	if f, refused := refusal(found); refused {
		return nil, f.Err()
	}
	out := &Outcome{
		Action: RolledBack, Profile: o.Profile, Headline: HeadlineRolledBack, Certificate: c, Previous: before.Certificate,
		OldTopic: before.Topic, Until: before.returned(c.Topic()), Findings: found,
	}
	if before.Topic != "" && before.Topic != c.Topic() {
		out.Headline = headline(Replaced, before, c, false)
		had, _ := before.had(c.Topic())
		out.Undone = had.Undone
	}
	var held *Key
	if key, ok := p.KeyFor(c.PublicKey()); ok {
		held = &key
	}
	if out.Todo = todo(out.Headline, held != nil); o.Now.After(c.X509.NotAfter) {
		out.Todo = append([]Todo{TodoRenew}, following(out.Headline)...)
	}
	p.restore(c, held, before, o)
	return out, nil
}

// examineFormer checks a certificate that was the profile's before. That it is older is what was
// asked for; that another person expects another topic is not overridden.
func (s *State) examineFormer(c *pushcert.Certificate, p *Profile, before Reference, o RollbackOptions) ([]problem.Finding, error) {
	all, err := s.holders()
	if err != nil {
		return nil, err
	}
	found := all.foreign(c, o.Profile)
	if before.Source == TopicExpected && before.Topic != c.Topic() {
		found = append(found, before.otherTopic(c.Topic()))
	}
	for _, f := range pushcert.CheckPush(c, o.Now, o.Policy, o.Trust) {
		switch {
		case f.Code == problem.Expired && o.Force:
			f.Severity = problem.Warning
		case f.Code == problem.Expired:
			f = problem.FoundAs(problem.Expired, "rollback", problem.Critical, f.Params)
		}
		found = append(found, f)
	}
	if _, ok := p.KeyFor(c.PublicKey()); !ok {
		found = append(found, s.keyElsewhere(o.Profile))
	}
	found = append(found, s.memo(o.Profile, p.AppleAccount, p.Pending, o.Now)...)
	for param, value := range map[string]string{"profile": o.Profile, "topic": c.Topic(), "serial": c.SerialHex()} {
		found = problem.About(found, param, value)
	}
	return found, nil
}

// restore makes a certificate that was put away the present one. Requests stay open: none was
// used. The Apple Account comes back with another topic, for each is renewed by its own.
func (p *Profile) restore(c *pushcert.Certificate, key *Key, before Reference, o RollbackOptions) {
	event := Event{At: o.Now, By: o.Actor, Action: RolledBack}.Certified(c)
	for _, e := range p.History {
		if e.SHA256 == event.SHA256 && e.Action.installs() {
			event.Vendor, event.VendorSerial, event.AppleAccount = e.Vendor, e.VendorSerial, e.AppleAccount
		}
	}
	if before.Topic == c.Topic() || event.AppleAccount == "" {
		event.AppleAccount = cmp.Or(p.AppleAccount, event.AppleAccount)
	}
	p.AppleAccount = event.AppleAccount
	p.retire(&event)
	p.Certificate = &Held{PEM: string(c.PEM()), Key: key, ImportedAt: o.Now, ImportedBy: o.Actor, Vendor: event.Vendor}
	p.ExpectTopic, p.First, p.Refused = "", false, nil
	p.AcquiredOn = c.X509.NotBefore.UTC().Format(time.DateOnly)
	p.Keys = without(p.Keys, key)
	p.Record(event)
}

// installs tells whether an action makes a certificate the profile's.
func (a Action) installs() bool { return a.decides() && a != Deleted }

// PutAway is a certificate that was the profile's before: the one with a serial number, else the
// one that was put away last.
func (p *Profile) PutAway(name, serial string) (*pushcert.Certificate, error) {
	params := problem.Params{"profile": name, "serial": serial}
	present := ""
	if leaf, err := p.Leaf(name); err != nil {
		return nil, err
	} else if leaf != nil {
		present = leaf.SHA256()
	}
	c, err := p.putAway(name, func(c *pushcert.Certificate) bool {
		return c.SHA256() != present && (serial == "" || isSerial(c, serial))
	})
	switch {
	case err != nil || c != nil:
		return c, err
	case serial == "":
		return nil, problem.Say(problem.CertificateMissing, "rollback", params)
	}
	return nil, problem.Say(problem.Usage, "rollback-serial", params)
}

// putAway is the one that was put away last of those that are meant; nil if none is.
func (p *Profile) putAway(name string, meant func(*pushcert.Certificate) bool) (*pushcert.Certificate, error) {
	for _, e := range slices.Backward(p.History) {
		if e.PEM == "" {
			continue
		}
		if c, err := stored(e.PEM, name); err != nil || meant(c) {
			return c, err
		}
	}
	return nil, nil
}

// isRolledBack tells whether a person brought the present certificate back with a rollback.
func (p *Profile) isRolledBack() bool {
	for _, e := range slices.Backward(p.History) {
		if e.Action.decides() {
			return e.Action == RolledBack
		}
	}
	return false
}

// isSerial compares a serial number as people write it: hexadecimal in either case, with colons
// and leading zeros or without, or decimal.
func isSerial(c *pushcert.Certificate, text string) bool {
	if text == c.SerialDec() {
		return true
	}
	n, ok := new(big.Int).SetString(strings.NewReplacer(":", "", " ", "").Replace(text), 16)
	return ok && n.Cmp(c.X509.SerialNumber) == 0
}
