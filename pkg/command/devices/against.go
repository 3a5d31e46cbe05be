package devices

import (
	"context"

	"github.com/apnsctl/apnsctl/pkg/cli"
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

// yardstick is what devices are compared with, with where it comes from.
type yardstick struct {
	devices.Yardstick

	against  *AgainstView // nil for all profiles, or nothing
	profiles int          // how many hold a topic
}

// AgainstView is what devices are compared with, in JSON.
type AgainstView struct {
	Topic   string `json:"topic"`
	File    string `json:"file"`
	Profile string `json:"profile"`
}

// yardstick finds what to compare the devices with: --against, the profile that -p names,
// the only one, or all. --against needs no config file; there the names of the profiles
// are an extra.
func (o *auditOptions) yardstick(ctx context.Context) (*yardstick, error) {
	y := &yardstick{}
	y.Holders = map[string][]string{}
	s, err := o.State(ctx)
	if err == nil {
		err = y.hold(s)
	}
	switch {
	case ctx.Err() != nil:
		return nil, err
	case o.Against != "":
		v, err := o.againstReference()
		if err != nil {
			return nil, err
		}
		y.use(v)
		return y, nil
	case err == nil:
		return y, o.ofProfile(y, s)
	case cli.NoConfig(err) && o.ProfileName() == "":
		return y, nil
	}
	return nil, err
}

// againstReference reads --against. It has to be something that devices could hear: a
// certificate of another kind has a UID too.
func (o *auditOptions) againstReference() (*AgainstView, error) {
	r, err := o.Reference(o.AgainstOptions)
	if err != nil {
		return nil, err
	}
	if c := r.Certificate; c != nil && c.Role() != pushcert.RoleMDMPush {
		return nil, lifecycle.WrongKind(c.Role()).Err()
	}
	if r.Topic == "" {
		return nil, problem.Say(problem.TopicMissing, "audit", problem.Params{"file": r.File})
	}
	v := &AgainstView{Topic: r.Topic, File: r.File}
	if topic, ok := pushcert.ParseTopic(o.Against); ok && topic == r.Topic {
		v.File = "" // the topic itself was given
	}
	return v, nil
}

// use compares the devices with one topic.
func (y *yardstick) use(v *AgainstView) { y.against, y.Topic = v, v.Topic }

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
		y.Holders[leaf.Topic()] = append(y.Holders[leaf.Topic()], name)
	}
	return nil
}

// ofProfile takes the certificate of the profile that is meant, if it is one.
func (o *auditOptions) ofProfile(y *yardstick, s *lifecycle.State) error {
	if o.ProfileName() == "" && len(s.Profiles) != 1 {
		return nil
	}
	name, leaf, err := o.Leaf(s)
	switch {
	case err != nil:
		return err
	case leaf != nil:
		y.use(&AgainstView{Topic: leaf.Topic(), Profile: name})
	case o.ProfileName() != "":
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	}
	return nil
}
