package lifecycle

import (
	"cmp"
	"reflect"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Opening is the wish to make the first request of a profile, or to import its first
// certificate, with what a person said about the devices.
type Opening struct {
	Profile     string
	First       bool   // no device was ever enrolled
	ExpectTopic string // devices listen on this topic
	Enrolled    bool   // devices are enrolled, on a topic that may not be known
	Command     string // what was typed, for the next step that a refusal names
	// Server is the one that told the topic; empty where a person did.
	Server string
}

// CheckOpening refuses what contradicts the state: a name that another profile has in all
// but its spelling, a topic that is another's, or the word that no device was ever enrolled
// where a topic is known.
func (s *State) CheckOpening(o Opening) error {
	answered := o.First || o.ExpectTopic != ""
	twin := s.twin(o.Profile)
	switch p := s.Profiles[o.Profile]; {
	case o.First && o.ExpectTopic != "":
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--first", "other": "--expect-topic"})
	case p != nil:
		if err := p.contradicts(o); err != nil {
			return err
		}
	case twin != "" && !answered:
		return problem.Say(problem.Usage, "profile-twin", problem.Params{
			"profile": o.Profile, "other_profile": twin, "command": o.Command,
		})
	}
	if o.ExpectTopic == "" {
		return nil
	}
	all, err := s.holders()
	if err != nil || all.shared[o.Profile] {
		return err
	}
	if other := all.another(all.byKnown[o.ExpectTopic], o.Profile); other != "" {
		return o.taken(other)
	}
	return nil
}

// taken is the problem of a topic that another profile has.
func (o Opening) taken(other string) error {
	params := problem.Params{"profile": o.Profile, "other_profile": other, "topic": o.ExpectTopic}
	if o.Server != "" {
		params["server"] = o.Server
		return problem.Say(problem.DuplicateTopic, "server", params)
	}
	return problem.Say(problem.DuplicateTopic, "expect", params)
}

// contradicts is the problem of a wish that says otherwise than the profile knows.
func (p *Profile) contradicts(o Opening) error {
	if o.Server != "" {
		return nil // whether that agrees is for who asked the server
	}
	known, err := p.KnownTopic(o.Profile)
	params := problem.Params{"profile": o.Profile, "topic": o.ExpectTopic, "stored_topic": known.Topic}
	switch {
	case err != nil:
		return err
	case o.First && known.Topic != "":
		return problem.Say(problem.Usage, "first-known", params)
	case o.ExpectTopic != "" && known.Source == TopicStored && known.Topic != o.ExpectTopic:
		return problem.Say(problem.TopicMismatch, "expect", params)
	}
	return nil
}

// Unanswered tells whether nobody has said yet whether devices of the profile are enrolled: no
// topic is known, and nobody said that there are none. The profile need not exist.
func (s *State) Unanswered(name string) (bool, error) {
	p := s.Profiles[name]
	if p == nil {
		return true, nil
	}
	known, err := p.KnownTopic(name)
	return known.Topic == "" && !p.First, err
}

// waits tells that a profile remembers the topic of a file that was refused, and nothing else: no certificate,
// key, request, history or memo would go with it.
func (p *Profile) waits() bool {
	return p.Refused != nil && reflect.DeepEqual(*p, Profile{Refused: p.Refused, Reminded: p.Reminded})
}

// giveWay takes out the profile that an import without a name made when it was refused, where another one now has
// the topic that it remembers: the person has said meanwhile what it is called. It tells whether there was one.
func (s *State) giveWay(name, topic string) bool {
	p := s.Profiles[DefaultProfile]
	if p == nil || name == DefaultProfile || !p.waits() || p.Refused.Topic != topic {
		return false
	}
	delete(s.Profiles, DefaultProfile)
	return true
}

// twin is the profile whose name differs from another's only by case, width, blanks or
// Unicode form; empty if there is none.
func (s *State) twin(name string) string {
	for _, other := range s.Names() {
		if other != name && Folded(other) == Folded(name) {
			return other
		}
	}
	return ""
}

// Nearest lists the profiles that a name may have been meant for; empty if there are none.
func (s *State) Nearest(name string) string { return cmp.Or(s.twin(name), s.NearMisses(name)) }

// NearMisses lists profiles whose names are one slip of the keyboard away, for a sentence;
// empty if there are none.
func (s *State) NearMisses(name string) string {
	const least = 3 // shorter names are near to everything
	var near []string
	for _, other := range s.Names() {
		a, b := []rune(Folded(name)), []rune(Folded(other))
		if other != name && min(len(a), len(b)) >= least && oneSlip(a, b) {
			near = append(near, other)
		}
	}
	return list(near)
}

// Folded is a name as people compare names: without case, width, blanks and Unicode form
// (UAX 15, form NFKC).
func Folded(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToLower(norm.NFKC.String(name)))
}

// oneSlip tells whether one character put in, left out, taken for another or swapped with
// its neighbour makes a name of the other.
func oneSlip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch rest := string(a[i:]); {
	case len(b) == len(a)+1:
		return rest == string(b[i+1:])
	case len(b) != len(a):
		return false
	case i == len(a), string(a[i+1:]) == string(b[i+1:]):
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && string(a[i+2:]) == string(b[i+2:])
}
