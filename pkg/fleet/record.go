package fleet

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Counts are rows by class.
type Counts struct {
	Total, Accepted, Device, Credential, Later, Network int64

	Unregistered int64 // of Device: answered with 410
	Unusable     int64 // of Device: never sent
	Resumed      int64 // of Total: settled by an earlier run
}

func (c *Counts) add(class apns.Class, n int64) {
	c.Total += n
	switch class {
	case apns.Accepted:
		c.Accepted += n
	case apns.Device:
		c.Device += n
	case apns.Credential:
		c.Credential += n
	case apns.Later:
		c.Later += n
	case apns.Network:
		c.Network += n
	}
}

// Refusal is what pushes that were not accepted have in common for one who reads about them.
type Refusal struct {
	Class  apns.Class
	Status int           // 0 when no answer came
	Reason string        // APNs', one of this package, or the key of the problem that left a push without an answer
	Fault  devices.Fault // of a row whose reason is [MalformedToken]; unknown after a resumption
}

// Group counts refusals that are alike.
type Group struct {
	Refusal
	Count    int64
	Examples []Example      // the first, at most [MaxExamples]
	Problem  *problem.Error // why no answer came, for one of them; nil when one did
}

// Example is one push or row of a group, for a person to find it. It has one of Place, Row and
// Token.
type Example struct {
	Place string // INPUT:LINE of a row that was not sent
	Row   int64  // the same of an earlier run: counted from 1 in the whole input
	Token string // of what was sent, in hexadecimal
	Since int64  // with Token: since when APNs knows it to be dead, UNIX milliseconds; else 0
}

// Bounds of what is kept of refusals: enough to see what is wrong.
const (
	MaxExamples = 5
	maxGroups   = 64
)

// record gathers what a run tells at its end.
type record struct {
	counts Counts
	groups map[Refusal]*Group
}

// detail is what a refusal has besides its result.
type detail struct {
	example Example
	fault   devices.Fault
	problem *problem.Error
}

// refuse counts a refusal among its like. A server that never gives the same reason twice
// does not get more memory for it.
func (r *record) refuse(result *apns.Result, d detail) {
	switch {
	case result.Status == 410:
		r.counts.Unregistered++
	case result.Class == apns.Device && result.Status == 0:
		r.counts.Unusable++
	}
	key := Refusal{Class: result.Class, Status: result.Status, Reason: result.Reason, Fault: d.fault}
	g := r.groups[key]
	switch {
	case g == nil && len(r.groups) >= maxGroups:
		return
	case g == nil:
		if r.groups == nil {
			r.groups = map[Refusal]*Group{}
		}
		g = &Group{Refusal: key, Problem: d.problem}
		r.groups[key] = g
	}
	g.Count++
	if len(g.Examples) < MaxExamples {
		g.Examples = append(g.Examples, d.example)
	}
}

// sorted are the groups, the largest first.
func (r *record) sorted() []*Group {
	return slices.SortedFunc(maps.Values(r.groups), func(a, b *Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Reason, b.Reason), strings.Compare(string(a.Fault), string(b.Fault)))
	})
}
