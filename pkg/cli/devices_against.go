package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// unknownTopic is how the consoles show a device whose topic they do not know.
const unknownTopic = "(Unknown)"

// topicName is a topic as results show it.
func topicName(topic string) string {
	if topic == "" {
		return unknownTopic
	}
	return topic
}

// hearing says whether pushes would reach the devices of a topic.
type hearing string

// The hearings. Their names are part of the JSON contract.
const (
	heard       hearing = "heard"
	silent      hearing = "silent"
	unheardOf   hearing = "unknown" // nobody told the topic
	notCompared hearing = "not-compared"
)

// yardstick is what devices are held against: one topic, else those of all profiles,
// else nothing.
type yardstick struct {
	against *againstView
	// holders maps each topic to the profiles that hold it; profiles is how many do.
	holders  map[string][]string
	profiles int
}

type againstView struct {
	Topic   string `json:"topic"`
	File    string `json:"file"`
	Profile string `json:"profile"`
}

// judged is a group of devices with what becomes of it.
type judged struct {
	devices.Group
	profile string
	hearing hearing
}

// yardstick finds what to hold the devices against: --against, the profile that -p names,
// the only one, or all. --against needs no config file; there the names of the profiles
// are an extra.
func (o *auditOptions) yardstick(ctx context.Context) (*yardstick, error) {
	y := &yardstick{holders: map[string][]string{}}
	s, err := o.state(ctx)
	if err == nil {
		err = y.hold(s)
	}
	switch {
	case o.against != "":
		y.against, err = o.againstReference()
		return y, err
	case err == nil:
		return y, o.ofProfile(y, s)
	case problem.Of(err).Code == problem.NotInitialised && o.profileName() == "":
		return y, nil
	}
	return nil, err
}

// againstReference reads --against. It has to be something that devices could hear: a
// certificate of another kind has a UID too.
func (o *auditOptions) againstReference() (*againstView, error) {
	r, err := o.reference(o.againstOptions)
	if err != nil {
		return nil, err
	}
	if c := r.Certificate; c != nil && c.Role() != pushcert.RoleMDMPush {
		return nil, lifecycle.WrongKind(c.Role()).Err()
	}
	if r.Topic == "" {
		return nil, problem.Say(problem.TopicMissing, "audit", problem.Params{"file": r.File})
	}
	v := &againstView{Topic: r.Topic, File: r.File}
	if topic, ok := pushcert.ParseTopic(o.against); ok && topic == r.Topic {
		v.File = "" // the topic itself was given
	}
	return v, nil
}

// hold notes which topics the profiles hold.
func (y *yardstick) hold(s *lifecycle.State) error {
	for _, name := range s.Names() {
		leaf, err := s.Profiles[name].Leaf(name)
		if err != nil {
			return err
		}
		if leaf == nil || leaf.Topic() == "" {
			continue
		}
		y.profiles++
		y.holders[leaf.Topic()] = append(y.holders[leaf.Topic()], name)
	}
	return nil
}

// ofProfile takes the certificate of the profile that is meant, if it is one.
func (o *auditOptions) ofProfile(y *yardstick, s *lifecycle.State) error {
	if o.profileName() == "" && len(s.Profiles) != 1 {
		return nil
	}
	name, p, err := o.profile(s)
	if err != nil {
		return err
	}
	leaf, err := p.Leaf(name)
	switch {
	case err != nil:
		return err
	case leaf != nil:
		y.against = &againstView{Topic: leaf.Topic(), Profile: name}
	case o.profileName() != "":
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	}
	return nil
}

// compares tells whether there is anything to hold devices against.
func (y *yardstick) compares() bool { return y.against != nil || y.profiles > 0 }

// judge says what becomes of each group.
func (y *yardstick) judge(groups []devices.Group) []judged {
	all := make([]judged, 0, len(groups))
	for _, g := range groups {
		all = append(all, judged{g, strings.Join(y.holders[g.Topic], ", "), y.hearing(g.Topic)})
	}
	return all
}

// hearing says whether pushes would reach a device that listens to a topic.
func (y *yardstick) hearing(topic string) hearing {
	switch {
	case topic == "":
		return unheardOf
	case !y.compares():
		return notCompared
	case y.against != nil && topic == y.against.Topic, y.against == nil && len(y.holders[topic]) > 0:
		return heard
	}
	return silent
}

// sumDevices adds up the devices of groups with one hearing; all of them for none.
func sumDevices(groups []judged, h hearing) (n int) {
	for _, g := range groups {
		if h == "" || g.hearing == h {
			n += g.Devices
		}
	}
	return n
}

// findings say who would fall silent, and of whom nobody can tell.
func (y *yardstick) findings(groups []judged) []problem.Finding {
	var all []problem.Finding
	if f, ok := y.silenced(groups); ok {
		all = append(all, f)
	}
	n, devices := sumDevices(groups, unheardOf), sumDevices(groups, "")
	if n == devices && y.compares() {
		all = append(all, problem.FoundAs(problem.TopicMissing, "devices-all", problem.Critical, problem.Params{"devices": strconv.Itoa(n)}))
	} else if n > 0 {
		all = append(all, problem.FoundAs(problem.TopicMissing, "devices", problem.Warning, problem.Params{
			"count": strconv.Itoa(n), "devices": strconv.Itoa(devices),
		}))
	}
	return all
}

// silenced is the finding about the devices that no push would reach; ok is false if
// there is none. It names the commonest topic of theirs, and the profile in whose row of
// Apple's portal its renewal is to be had.
func (y *yardstick) silenced(groups []judged) (f problem.Finding, ok bool) {
	others := slices.DeleteFunc(slices.Clone(groups), func(g judged) bool { return g.hearing != silent })
	if len(others) == 0 {
		return f, false
	}
	commonest := others[0].Topic
	params := problem.Params{
		"silent": strconv.Itoa(sumDevices(groups, silent)), "devices": strconv.Itoa(sumDevices(groups, "")),
		"others": strconv.Itoa(len(others)), "device_topic": commonest,
	}
	if y.against == nil {
		return problem.FoundAs(problem.TopicMismatch, "devices-profiles", problem.Critical, params), true
	}
	params["topic"] = y.against.Topic
	if holders := y.holders[commonest]; len(holders) > 0 {
		params["profile"] = holders[0]
	}
	if sumDevices(groups, heard) > sumDevices(groups, silent) { // then it is right, and some devices are strays
		return problem.FoundAs(problem.TopicMismatch, "devices-few", problem.Critical, params), true
	}
	if len(others) > 1 {
		return problem.FoundAs(problem.TopicMismatch, "devices-topics", problem.Critical, params), true
	}
	return problem.FoundAs(problem.TopicMismatch, "devices", problem.Critical, params), true
}
