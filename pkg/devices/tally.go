package devices

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
)

// Tally counts devices by what they listen to. It keeps a few bytes for each device and
// nothing of its token.
type Tally struct {
	groups []Group // the first is of the devices whose topic nobody told
	index  map[string]int
	seen   map[fingerprint]int   // the group that a device was counted in first
	more   map[fingerprint][]int // the further ones, of the few that have any
	moved  int
	left   int
}

// Group is the devices of one topic.
type Group struct {
	// Topic is empty for devices of which no record names one.
	Topic   string
	Devices int
}

// fingerprint stands for the identity of a device; that two devices share one is out of
// the question (SHA-256, shortened to 128 bits).
type fingerprint [16]byte

// NewTally returns a tally of nothing.
func NewTally() *Tally {
	return &Tally{groups: []Group{{}}, index: map[string]int{"": 0}, seen: map[fingerprint]int{}, more: map[fingerprint][]int{}}
}

// Add counts a row, unless the device has left. A device is known again by its ID, else by
// its token; a row with neither is a device of its own. Under one topic a device counts
// once, under two in both, and a record without topic adds nothing to one that has it.
// Moved tells that the row puts a device under a second topic: it was enrolled anew, and
// old records were not cleared away.
func (t *Tally) Add(row *Row) (moved bool) {
	if row.Left {
		t.left++
		return false
	}
	group := t.group(row.Topic)
	identity, known := fingerprintOf(row)
	first, again := t.seen[identity]
	switch {
	case !known:
	case !again:
		t.seen[identity] = group
	case group == first, group == 0, slices.Contains(t.more[identity], group):
		return false
	case first == 0:
		t.groups[0].Devices--
		t.seen[identity] = group
	default:
		moved = len(t.more[identity]) == 0
		t.more[identity] = append(t.more[identity], group)
	}
	if moved {
		t.moved++
	}
	t.groups[group].Devices++
	return moved
}

func (t *Tally) group(topic []byte) int {
	i, ok := t.index[string(topic)]
	if !ok {
		i = len(t.groups)
		t.groups = append(t.groups, Group{Topic: string(topic)})
		t.index[string(topic)] = i
	}
	return i
}

// fingerprintOf tells the device of a row, if the row does. Upper and lower case are the
// same: servers write a UDID in either.
func fingerprintOf(row *Row) (f fingerprint, known bool) {
	text, kind := row.ID, byte('i')
	if len(text) == 0 {
		text, kind = row.Token, 't'
	}
	if len(text) == 0 {
		return f, false
	}
	sum := sha256.Sum256(append(bytes.ToLower(text), kind))
	return fingerprint(sum[:len(f)]), true
}

// Groups lists the topics that devices listen to, the commonest first, then by name; last
// the group without one, if there is a device in it.
func (t *Tally) Groups() []Group {
	groups := slices.Clone(t.groups[1:])
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Devices, a.Devices), cmp.Compare(a.Topic, b.Topic))
	})
	if unknown := t.groups[0]; unknown.Devices > 0 {
		groups = append(groups, unknown)
	}
	return groups
}

// Devices is how many there are in all groups together.
func (t *Tally) Devices() (n int) {
	for _, g := range t.groups {
		n += g.Devices
	}
	return n
}

// Moved is how many devices stand under two topics or more.
func (t *Tally) Moved() int { return t.moved }

// Left is how many rows were passed over because their device has left.
func (t *Tally) Left() int { return t.left }
