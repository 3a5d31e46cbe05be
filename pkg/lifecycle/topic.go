package lifecycle

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// TopicSource says how a profile knows the topic that its devices listen on.
type TopicSource string

// The sources, the surest first: what stands lower never overrides what stands higher.
const (
	TopicStored   TopicSource = "stored"   // the registered certificate's
	TopicExpected TopicSource = "expected" // a person named it (--expect-topic), or the server told it
	TopicFormer   TopicSource = "former"   // the last registered certificate's, which was deleted
	TopicRefused  TopicSource = "refused"  // that of the first file that was refused
)

// KnownTopic is the topic that a profile's devices listen on, as far as anybody has told.
// It is empty while nothing is known.
type KnownTopic struct {
	Topic  string
	Source TopicSource
}

// KnownTopic returns the topic that every certificate for the profile has to carry.
func (p *Profile) KnownTopic(name string) (KnownTopic, error) {
	leaf, err := p.Leaf(name)
	switch {
	case err != nil:
		return KnownTopic{}, err
	case leaf != nil && leaf.Topic() != "":
		return KnownTopic{leaf.Topic(), TopicStored}, nil
	}
	return p.remembered(), nil
}

// ProfileOf names the profile that knows a topic, the first by name.
func (s *State) ProfileOf(topic string) (string, bool) {
	for _, name := range s.read() {
		// A certificate that cannot be read tells nothing; whoever needs it reports it.
		if known, err := s.Profiles[name].KnownTopic(name); err == nil && topic != "" && known.Topic == topic {
			return name, true
		}
	}
	return "", false
}

// remembered is the topic of a profile without a certificate.
func (p *Profile) remembered() KnownTopic {
	held := p.heldTopics()
	switch {
	case p.ExpectTopic != "":
		return KnownTopic{p.ExpectTopic, TopicExpected}
	case len(held) > 0:
		return KnownTopic{held[len(held)-1].Topic, TopicFormer}
	case p.Refused != nil:
		return KnownTopic{p.Refused.Topic, TopicRefused}
	}
	return KnownTopic{}
}

// toldBy is the server that told the expected topic; empty where a person did.
func (p *Profile) toldBy() string {
	for _, e := range slices.Backward(p.History) {
		if server, ok := strings.CutPrefix(e.Detail, ofServer); ok && e.Action == Noted && e.Topic != "" && e.Topic == p.ExpectTopic {
			return server
		}
	}
	return ""
}

// HeldTopic is a topic that certificates of a profile had for a time. Devices that were
// enrolled in that time listen on it for ever.
type HeldTopic struct {
	Topic string
	Since time.Time // when the first certificate with it was registered
	// Until is when a certificate with another topic took its place, or when the
	// certificate was deleted; zero while neither has happened.
	Until time.Time
	// Undone tells that the profile had its present topic before this one, and went back to it: what was
	// enrolled meanwhile listens on this one, everything else does not, and going there again would lose it.
	Undone bool
}

// heldTopics lists the topics of the registered certificates as the history tells them,
// the latest last.
func (p *Profile) heldTopics() []HeldTopic {
	var held []HeldTopic
	for _, e := range p.History {
		last := len(held) - 1
		switch {
		case e.Topic == "" || !e.Action.decides():
		case last >= 0 && held[last].Topic == e.Topic:
			if held[last].Until = (time.Time{}); e.Action == Deleted {
				held[last].Until = e.At
			}
		default:
			if last >= 0 && held[last].Until.IsZero() {
				held[last].Until = e.At
			}
			held = append(held, HeldTopic{Topic: e.Topic, Since: e.At})
		}
	}
	return held
}

// Earlier lists the topics that the profile had before the one that it knows now, each once, the
// latest first: the way back to devices that were enrolled with one of them, unless it was undone.
func (p *Profile) Earlier(known string) []HeldTopic {
	all := p.heldTopics()
	first := func(topic string) int {
		return slices.IndexFunc(all, func(h HeldTopic) bool { return h.Topic == topic })
	}
	var earlier []HeldTopic
	for _, held := range slices.Backward(all) {
		listed := slices.ContainsFunc(earlier, func(h HeldTopic) bool { return h.Topic == held.Topic })
		if held.Topic == known || listed {
			continue
		}
		begun, present := first(held.Topic), first(known)
		held.Since, held.Undone = all[begun].Since, present >= 0 && present < begun
		earlier = append(earlier, held)
	}
	return earlier
}

// Refused is what a profile remembers of the first file that was refused before its topic
// was known: an expired certificate, or one whose key is not here, still tells on which
// topic the devices listen.
type Refused struct {
	Topic     string    `yaml:"topic"`
	CN        string    `yaml:"cn,omitempty"`
	SerialHex string    `yaml:"serial_hex"`
	NotAfter  time.Time `yaml:"not_after"`
	At        time.Time `yaml:"at"`
}

// Remember records the topic of a certificate whose import was refused, and tells whether
// it did. It does so only for a profile of which nothing is known and nobody said that no
// device was ever enrolled; only of an MDM push certificate whose chain verifies; and only
// where no other profile holds its topic, its key or the certificate itself.
func (s *State) Remember(c *pushcert.Certificate, o ImportOptions) (recorded bool, err error) {
	named := o.ExpectTopic == "" || o.ExpectTopic == c.Topic()
	if c.Role() != pushcert.RoleMDMPush || c.Topic() == "" || o.First || !named {
		return false, nil
	}
	name, err := s.Target(c, o.Profile)
	if err != nil {
		return false, err
	}
	if open, err := s.Unanswered(name); err != nil || !open {
		return false, err
	}
	if free, err := s.nobodys(c, name); err != nil || !free {
		return false, err
	}
	if chain, _ := o.Trust.Chain(c, time.Time{}); !chain.Verified {
		return false, nil
	}
	p, _ := s.ensure(name)
	p.Refused = &Refused{Topic: c.Topic(), CN: c.CN(), SerialHex: c.SerialHex(), NotAfter: c.X509.NotAfter, At: o.Now}
	return true, nil
}

// nobodys tells that no other profile has the topic, the key or the certificate itself; one that would give way has
// them too, for a second refusal changes nothing.
func (s *State) nobodys(c *pushcert.Certificate, name string) (bool, error) {
	if other, known := s.ProfileOf(c.Topic()); known && other != name {
		return false, nil
	}
	all, err := s.holders()
	return err == nil && len(all.foreign(c, name)) == 0, err
}

// GivenTopic reads a topic that a person gives in any form in which the portal or a device shows it;
// empty stays empty.
func GivenTopic(value string) (string, error) {
	topic, ok := pushcert.ParseTopic(value)
	switch {
	case value == "", ok && pushcert.IsWholeTopic(topic):
		return topic, nil
	case ok:
		last := topic[strings.LastIndex(topic, ".")+1:]
		return "", problem.Say(problem.Usage, "topic-cut", problem.Params{"value": topic, "piece": last, "count": strconv.Itoa(len(last))})
	case pushcert.IsTeamID(value):
		return "", problem.Say(problem.Usage, "topic.team", problem.Params{"value": value})
	}
	return "", problem.Say(problem.Usage, "topic", problem.Params{"value": value})
}
