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

// Choose settles which profile a command means: the one named, else the only one,
// else, while there is none yet, [DefaultProfile]. With several and no name it is a
// usage problem.
func (s *State) Choose(name string) (string, error) {
	switch names := s.Names(); {
	case name != "" && !validName(name):
		return "", problem.Say(problem.Usage, "profile-name", problem.Params{"value": strconv.Quote(name)})
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
	params := problem.Params{"profile": name, "profiles": list(s.Names())}
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
		return problem.Say(problem.Usage, "profile-name", problem.Params{"value": strconv.Quote(to)})
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
