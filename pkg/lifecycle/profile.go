package lifecycle

import (
	"encoding/pem"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// DefaultProfile is the name of the first profile when nobody gave one.
const DefaultProfile = "default"

// Names lists the profiles, sorted.
func (s *State) Names() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(s.Profiles)), s.Unread...)))
}

// read lists the profiles that are not [State.Unread], sorted.
func (s *State) read() []string { return slices.Sorted(maps.Keys(s.Profiles)) }

// Marks are by what a profile is compared with others: every topic that it knows or had, and
// the public keys that it holds.
func (p *Profile) Marks(name string) (topics, keys []string, err error) {
	known, err := p.KnownTopic(name)
	if known.Topic != "" {
		topics = append(topics, known.Topic)
	}
	for _, earlier := range p.Earlier(known.Topic) {
		topics = append(topics, earlier.Topic)
	}
	for _, k := range p.keys() {
		keys = append(keys, k.Public)
	}
	return topics, keys, err
}

// Choose finds which profile a command means: the one named, else the only one,
// else, while there is none yet, [DefaultProfile]. With several and no name it is a
// usage problem.
func (s *State) Choose(name string) (string, error) {
	switch names := s.Names(); {
	case name != "" && !validName(name):
		return "", problem.Say(problem.Usage, "name.profile", problem.Params{"value": strconv.Quote(name)})
	case name != "":
		return name, nil
	case len(names) == 1:
		return names[0], nil
	case len(names) == 0:
		return DefaultProfile, nil
	default:
		return "", problem.Say(problem.Usage, "several-profiles", problem.Params{"profiles": list(names)})
	}
}

// MaxName is how long a profile's name may be, in bytes: it becomes part of file names.
const MaxName = 128

// validName refuses names that would break lines, files or tables.
func validName(name string) bool {
	return len(name) <= MaxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) &&
		strings.TrimSpace(name) == name
}

// Others lists the profiles beside one, for a sentence; empty if it is alone.
func (s *State) Others(name string) string {
	return list(slices.DeleteFunc(s.Names(), func(n string) bool { return n == name }))
}

// Profile returns an existing profile; an unknown name is a profile-unknown problem.
func (s *State) Profile(name string) (*Profile, error) {
	if p, ok := s.Profiles[name]; ok {
		return p, nil
	}
	if len(s.Profiles) == 0 {
		return nil, problem.Say(problem.ProfileUnknown, "none", problem.Params{"profile": name})
	}
	params := problem.Params{"profile": name, "profiles": list(s.Names()), "count": strconv.Itoa(len(s.Names()))}
	if near := s.Nearest(name); near != "" {
		params["near"] = near
		return nil, problem.Say(problem.ProfileUnknown, "near", params)
	}
	return nil, problem.New(problem.ProfileUnknown, params)
}

// Rename gives a profile another name. One that another profile has, or has in all but its
// spelling, is a usage problem.
func (s *State) Rename(from, to, actor string, now time.Time) error {
	p, err := s.Profile(from)
	if err != nil {
		return err
	}
	params := problem.Params{"profile": from, "value": to}
	switch _, taken := s.Profiles[to]; {
	case to == "" || !validName(to):
		return problem.Say(problem.Usage, "name.profile", problem.Params{"value": strconv.Quote(to)})
	case from == to:
		return problem.Say(problem.Usage, "rename-same", params)
	case taken:
		return problem.Say(problem.Usage, "rename-taken", params)
	}
	delete(s.Profiles, from)
	if twin := s.twin(to); twin != "" {
		s.Profiles[from], params["other_profile"] = p, twin
		return problem.Say(problem.Usage, "rename-twin", params)
	}
	s.Profiles[to] = p
	event := Event{At: now, By: actor, Action: Renamed, AppleAccount: p.AppleAccount, Detail: from}
	if leaf, err := p.Leaf(to); err == nil && leaf != nil {
		event = event.Certified(leaf)
	}
	p.Record(event)
	return nil
}

// ensure returns the profile of that name, made if it is not there yet.
func (s *State) ensure(name string) (p *Profile, created bool) {
	if p, ok := s.Profiles[name]; ok {
		return p, false
	}
	if s.Profiles == nil {
		s.Profiles = map[string]*Profile{}
	}
	p = &Profile{}
	s.Profiles[name] = p
	return p, true
}

// list joins names for a sentence; a long list is cut, for nobody reads a thousand.
func list(names []string) string {
	const most = 8
	out := ""
	for i, n := range names {
		switch {
		case i == most:
			return out + ", …"
		case i > 0:
			out += ", "
		}
		out += n
	}
	return out
}

// Leaf parses the registered certificate; nil when there is none. A text that is no
// certificate was damaged by hand: state-damaged.
func (p *Profile) Leaf(name string) (*pushcert.Certificate, error) {
	if p.Certificate == nil {
		return nil, nil
	}
	return stored(p.Certificate.PEM, name)
}

// stored parses a certificate of the state file; owner names whose it is.
func stored(text, owner string) (*pushcert.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": owner})
	}
	c, err := pushcert.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": owner}).Because(err)
	}
	return c, nil
}

// Delete removes a profile's certificate. The memo and the history stay, every key is
// archived; purge removes the profile with all that it holds, which nothing else does.
func (s *State) Delete(name, actor string, purge bool, now time.Time) error {
	p, err := s.Profile(name)
	if err != nil {
		return err
	}
	if purge {
		delete(s.Profiles, name)
		return nil
	}
	c, err := p.Leaf(name)
	if err != nil {
		return err
	}
	if c == nil {
		return problem.Say(problem.CertificateMissing, "delete", problem.Params{"profile": name})
	}
	event := Event{At: now, By: actor, Action: Deleted, AppleAccount: p.AppleAccount, Vendor: p.Certificate.Vendor}.Certified(c)
	p.retire(&event)
	p.closeRequests()
	p.Record(event)
	return nil
}

// Memo is what people note of a profile. It survives a deletion.
type Memo struct {
	AppleAccount string
	Remarks      string
	AcquiredOn   string // the day when the certificate was issued, YYYY-MM-DD
}

// Memo returns what is noted.
func (p *Profile) Memo() Memo { return Memo{p.AppleAccount, p.Remarks, p.AcquiredOn} }

// MemoChange is what to note anew; nil leaves what stands there.
type MemoChange struct{ AppleAccount, Remarks, AcquiredOn *string }

// Note changes what is noted of a profile. It tells what stands there then, and whether
// anything changed.
func (s *State) Note(name string, m MemoChange, actor string, now time.Time) (Memo, bool, error) {
	p, err := s.Profile(name)
	if err != nil {
		return Memo{}, false, err
	}
	before := p.Memo()
	var changed []string
	for _, part := range []struct {
		name  string
		field *string
		value *string
	}{{"apple-account", &p.AppleAccount, m.AppleAccount}, {"remarks", &p.Remarks, m.Remarks}, {"acquired-on", &p.AcquiredOn, m.AcquiredOn}} {
		if part.value != nil && *part.value != *part.field {
			*part.field = *part.value
			changed = append(changed, part.name)
		}
	}
	if len(changed) == 0 {
		return before, false, nil
	}
	p.Record(Event{At: now, By: actor, Action: Noted, AppleAccount: p.AppleAccount, Detail: strings.Join(changed, ", ")})
	return p.Memo(), true, nil
}

// CheckAccount refuses what cannot be an Apple Account: it is an e-mail address or a phone number.
func CheckAccount(account string) error {
	number, phone := strings.CutPrefix(account, "+")
	phone = phone && len(number) >= 7 && strings.Trim(number, "0123456789 -") == ""
	if !phone && !pushcert.IsEmail(account) {
		return problem.Say(problem.Usage, "apple-account", problem.Params{"value": account})
	}
	return nil
}

// CheckAcquired refuses what is no day on which a certificate was acquired: it is not yet to come,
// anywhere on earth.
func CheckAcquired(day string, now time.Time) error {
	const ahead = 14 * time.Hour // of UTC, in the earliest time zone
	at, err := time.Parse(time.DateOnly, day)
	switch params := (problem.Params{"flag": "--acquired-on", "value": day}); {
	case err != nil:
		return problem.Say(problem.Usage, "date", params)
	case at.After(now.UTC().Add(ahead)):
		return problem.Say(problem.Usage, "date-future", params)
	}
	return nil
}
