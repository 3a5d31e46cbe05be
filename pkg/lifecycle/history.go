package lifecycle

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Action is what an [Event] records.
type Action string

// The actions of a history.
const (
	Requested  Action = "requested"
	Registered Action = "registered"
	Renewed    Action = "renewed"
	Replaced   Action = "replaced" // another topic, accepted in full
	Deleted    Action = "deleted"
	RolledBack Action = "rolled-back"
	Exported   Action = "exported" // the certificate was taken out for a server, with its private key but in the form cert
	Renamed    Action = "renamed"
	Noted      Action = "memo"
	Uploaded   Action = "uploaded" // handed to a server
	Told       Action = "told"     // people were told of the expiry
)

// Event is one line of a profile's history. It is never changed afterwards.
type Event struct {
	At           time.Time  `yaml:"at"`
	By           string     `yaml:"by,omitempty"` // who did it, see [Event.Action]
	Action       Action     `yaml:"action"`
	Topic        string     `yaml:"topic,omitempty"`
	SerialHex    string     `yaml:"serial_hex,omitempty"`
	NotAfter     *time.Time `yaml:"not_after,omitempty"`
	SHA256       string     `yaml:"sha256,omitempty"`
	AppleAccount string     `yaml:"apple_account,omitempty"`
	Vendor       string     `yaml:"vendor,omitempty"` // who signed the request, as the portal lists it
	VendorSerial string     `yaml:"vendor_serial,omitempty"`
	// Detail is what else there is to say: the name before a renaming, the form of an export, to
	// whom something went.
	Detail string `yaml:"detail,omitempty"`
	PEM    string `yaml:"pem,omitempty"` // the certificate that was put away, for a rollback
}

// decides tells whether an action decides which certificate, and so which topic, a profile has.
func (a Action) decides() bool {
	switch a {
	case Registered, Renewed, Replaced, Deleted, RolledBack:
		return true
	}
	return false
}

// mostPassing is how many events of one action a profile keeps that pass without deciding about
// its certificate: a job that exports each night must not fill the file. Eight months of such nights
// are kept, and every event that decides something, for ever.
const mostPassing = 250

// RecordExport notes that a profile's certificate was taken out by somebody; form is what export --for
// calls it, with whatever tells it apart. The error is that there is no such profile, or of its certificate.
func (s *State) RecordExport(profile, by, form string, at time.Time) error {
	p, err := s.Profile(profile)
	if err != nil {
		return err
	}
	leaf, err := p.Leaf(profile)
	if err != nil {
		return err
	}
	e := Event{At: at, By: by, Action: Exported, AppleAccount: p.AppleAccount, Detail: form}
	if leaf != nil {
		e = e.Certified(leaf)
	}
	p.Record(e)
	return nil
}

// Record adds an event to the history. Of those that decide nothing the oldest go.
func (p *Profile) Record(e Event) {
	p.History = append(p.History, e)
	if e.Action.decides() || e.Action == Renamed {
		return
	}
	same := func(h Event) bool { return h.Action == e.Action }
	count := 0
	for _, h := range p.History {
		if same(h) {
			count++
		}
	}
	if count > mostPassing {
		oldest := slices.IndexFunc(p.History, same)
		p.History = slices.Delete(p.History, oldest, oldest+1)
	}
}

// RevisionOf is that of a certificate alone: the minutes until its end, which is later with each renewal.
func RevisionOf(end time.Time) int64 { return max(0, end.Unix()/int64(time.Minute/time.Second)) }

// Revision is a number that rises with each certificate that the profile was given, and with one
// that came back, too: those events are never dropped. It is 0 where there is none.
func (p *Profile) Revision() (revision int64) {
	for _, e := range p.History {
		if e.Action.decides() && e.Action != Deleted && e.NotAfter != nil {
			revision = max(revision+1, RevisionOf(*e.NotAfter))
		}
	}
	return revision
}

// FormerName is the name before the last renaming; empty if there was none.
func (p *Profile) FormerName() string {
	if p == nil {
		return ""
	}
	for _, e := range slices.Backward(p.History) {
		if e.Action == Renamed {
			return e.Detail
		}
	}
	return ""
}

// Origin tells a profile from all others of its file, whatever each is called by now: its first name, which
// another one may have taken since, and its first certificate with the moment of its registration.
func (p *Profile) Origin(name string) string {
	if i := slices.IndexFunc(p.History, func(e Event) bool { return e.Action == Renamed }); i >= 0 {
		name = p.History[i].Detail
	}
	if i := slices.IndexFunc(p.History, func(e Event) bool { return e.Action.decides() }); i >= 0 {
		return strings.Join([]string{name, p.History[i].SHA256, problem.Time(p.History[i].At)}, "\x00")
	}
	return name
}

// Certified fills in what an event says of a certificate.
func (e Event) Certified(c *pushcert.Certificate) Event {
	e.Topic, e.SerialHex, e.NotAfter, e.SHA256 = c.Topic(), c.SerialHex(), new(c.X509.NotAfter), c.SHA256()
	return e
}

// Happened is an event with the profile whose history it stands in.
type Happened struct {
	Profile string
	Event
}

// Happened lists what happened, the oldest first: to one profile, or, without a name, to all.
func (s *State) Happened(name string) []Happened {
	names := []string{name}
	if name == "" {
		names = s.read()
	}
	var all []Happened
	for _, name := range names {
		for _, e := range s.Profiles[name].History {
			all = append(all, Happened{name, e})
		}
	}
	slices.SortStableFunc(all, func(a, b Happened) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Profile, b.Profile)) })
	return all
}

// Delivered tells that the registered certificate left this file for a server since it was registered.
func (p *Profile) Delivered() bool {
	for _, e := range slices.Backward(p.History) {
		if e.Action == Exported || e.Action == Uploaded || e.Action.decides() {
			return !e.Action.decides() && !e.At.Before(p.Certificate.ImportedAt)
		}
	}
	return false
}

// Tested notes that the registered certificate wakes devices, or that the server which alone has its key uses it.
// Another one that has taken its place meanwhile is not noted as such.
func (s *State) Tested(name string, c *pushcert.Certificate, now time.Time) error {
	p, err := s.Profile(name)
	if err != nil {
		return err
	}
	if leaf, err := p.Leaf(name); err != nil || leaf == nil || leaf.SHA256() != c.SHA256() {
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name}).Because(err)
	}
	p.Certificate.TestedAt = new(now)
	return nil
}

// Untested tells that the registered certificate is at a server, and that nothing shows yet that it
// wakes devices from there.
func (p *Profile) Untested() bool { return p.Certificate.TestedAt == nil && p.Delivered() }
