package devices

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// State says whether pushes would reach the devices of a topic.
type State string

// The states. Their names are part of the JSON contract.
const (
	Heard       State = "heard"
	Silent      State = "silent"
	Unknown     State = "unknown" // nobody told the topic
	NotCompared State = "not-compared"
)

// Yardstick is what devices are compared with: one topic, else those of all profiles, else
// nothing.
type Yardstick struct {
	// Topic is the only one that is pushed to; empty where all of Holders are.
	Topic string
	// Holders are the profiles that hold each topic.
	Holders map[string][]string
}

// Compares tells whether there is anything to compare devices with.
func (y Yardstick) Compares() bool { return y.Topic != "" || len(y.Holders) > 0 }

// State says whether pushes would reach a device that listens to a topic; empty is one
// that nobody told.
func (y Yardstick) State(topic string) State {
	switch {
	case topic == "":
		return Unknown
	case !y.Compares():
		return NotCompared
	case topic == y.Topic, y.Topic == "" && len(y.Holders[topic]) > 0:
		return Heard
	}
	return Silent
}

// Compared is a group of devices with what becomes of it.
type Compared struct {
	Group

	Profile string // those that hold the topic, with commas between
	State   State
}

// Comparison is groups of devices compared with a yardstick.
type Comparison struct {
	Yardstick Yardstick
	Groups    []Compared
}

// Compare says what becomes of each group.
func Compare(groups []Group, y Yardstick) Comparison {
	c := Comparison{Yardstick: y, Groups: make([]Compared, 0, len(groups))}
	for _, g := range groups {
		c.Groups = append(c.Groups, Compared{g, strings.Join(y.Holders[g.Topic], ", "), y.State(g.Topic)})
	}
	return c
}

// Devices counts those in one state; all of them for none.
func (c Comparison) Devices(s State) (n int) {
	for _, g := range c.Groups {
		if s == "" || g.State == s {
			n += g.Devices
		}
	}
	return n
}

// Findings say who would fall silent (topic-mismatch), and of whom nobody can tell
// (topic-missing).
func (c Comparison) Findings() []problem.Finding {
	var all []problem.Finding
	if f, ok := c.silenced(); ok {
		all = append(all, f)
	}
	unknown, devices := c.Devices(Unknown), c.Devices("")
	if unknown == devices && c.Yardstick.Compares() {
		all = append(all, problem.FoundAs(problem.TopicMissing, "devices.all", problem.Critical, problem.Params{"devices": strconv.Itoa(unknown)}))
	} else if unknown > 0 {
		all = append(all, problem.FoundAs(problem.TopicMissing, "devices", problem.Warning, problem.Params{
			"count": strconv.Itoa(unknown), "devices": strconv.Itoa(devices),
		}))
	}
	return all
}

// silenced is the finding about the devices that no push would reach; ok is false if
// there is none. It names the commonest topic of theirs, and the profile in whose row of
// Apple's portal its renewal is to be had.
func (c Comparison) silenced() (f problem.Finding, ok bool) {
	others := slices.DeleteFunc(slices.Clone(c.Groups), func(g Compared) bool { return g.State != Silent })
	if len(others) == 0 {
		return f, false
	}
	y, commonest := c.Yardstick, others[0].Topic
	params := problem.Params{
		"silent": strconv.Itoa(c.Devices(Silent)), "devices": strconv.Itoa(c.Devices("")),
		"others": strconv.Itoa(len(others)), "device_topic": commonest,
	}
	if y.Topic == "" {
		return problem.FoundAs(problem.TopicMismatch, "devices-profiles", problem.Critical, params), true
	}
	params["topic"] = y.Topic
	if holders := y.Holders[commonest]; len(holders) > 0 {
		params["profile"] = holders[0]
	}
	if c.Devices(Heard) > c.Devices(Silent) { // then it is right, and some devices are strays
		return problem.FoundAs(problem.TopicMismatch, "devices-few", problem.Critical, params), true
	}
	if len(others) > 1 {
		return problem.FoundAs(problem.TopicMismatch, "devices.topics", problem.Critical, params), true
	}
	return problem.FoundAs(problem.TopicMismatch, "devices", problem.Critical, params), true
}
