package remind

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Channel is a way to tell.
type Channel string

// The channels.
const (
	Mail    Channel = "mail"
	Webhook Channel = "webhook"
	Ping    Channel = "ping"
)

// Policy is who is to be told, as the settings and the command line say.
type Policy struct {
	To             []string
	IncludeAccount bool
	Ladder         Ladder
	Webhooks       []string // their names
	HasMail        bool     // there is a mail server, and a sender
	Only           []string // told in place of everybody else (--to)
	Profile        string   // the only one (-p); empty is all
	Servers        []Thing  // those that differ, see [Server]
}

// Notice is one thing that one recipient is to be told.
type Notice struct {
	Thing

	Rung      int
	Channel   Channel
	Recipient string
}

// key is under which name a recipient is remembered. No address begins so.
func (n Notice) key() string {
	if n.Channel == Webhook {
		return "webhook:" + n.Recipient
	}
	return strings.ToLower(n.Recipient)
}

// Reason is why nobody is told of something.
type Reason string

// The reasons.
const (
	Disabled     Reason = "disabled"            // its profile says so
	Nothing      Reason = "certificate-missing" // there is no end to tell of
	NoRecipient  Reason = "recipient-missing"   // nobody was named
	NoMailServer Reason = "mail-server-missing" // somebody was, and there is no way to them
)

// Skipped is what nobody is told of. Without a kind it is all of a profile.
type Skipped struct {
	Thing

	Why Reason
}

// Plan is what is to be told now.
type Plan struct {
	Due     []Notice // the most urgent first
	Skipped []Skipped
	Watched int // things that have an end, and are not disabled
}

// Unreachable tells whether of something that is watched nobody would be told, and why.
func (plan Plan) Unreachable() (why Reason, all bool) {
	missed := 0
	for _, s := range plan.Skipped {
		if s.Why == NoRecipient || s.Why == NoMailServer {
			why, missed = cmp.Or(why, s.Why), missed+1
		}
	}
	return why, missed > 0 && missed >= plan.Watched
}

// Make decides who is told what at a moment.
func Make(s *lifecycle.State, p Policy, now time.Time) (Plan, error) {
	var plan Plan
	things, err := watched(s, p.Profile, now)
	if err != nil {
		return plan, err
	}
	for _, name := range slices.Sorted(maps.Keys(s.Profiles)) {
		whole := Thing{Subject: lifecycle.Subject{Profile: name}}
		own := s.Profiles[name]
		_, waits := refused(own)
		switch {
		case p.Profile != "" && name != p.Profile:
		case ofProfile(own).Disabled:
			plan.Skipped = append(plan.Skipped, Skipped{whole, Disabled})
		case own.Certificate == nil && !waits:
			plan.Skipped = append(plan.Skipped, Skipped{whole, Nothing})
		}
	}
	for _, thing := range slices.Concat(things, p.Servers) {
		if err := plan.add(s, thing, p); err != nil {
			return plan, err
		}
	}
	slices.SortStableFunc(plan.Due, func(a, b Notice) int { return cmp.Compare(a.DaysLeft, b.DaysLeft) })
	return plan, nil
}

// add adds what is to be told of one thing.
func (plan *Plan) add(s *lifecycle.State, thing Thing, p Policy) error {
	own := s.Profiles[thing.Profile]
	settings := ofProfile(own)
	if settings.Disabled {
		return nil
	}
	ladder := p.Ladder
	if settings.Ladder != "" {
		var err error
		if ladder, err = ParseLadder(settings.Ladder); err != nil {
			return err
		}
	}
	plan.Watched++
	people := p.people(thing, own, settings.To)
	webhooks := p.Webhooks
	if p.Only != nil {
		webhooks = nil
	}
	switch {
	case len(people) == 0 && len(webhooks) == 0:
		plan.Skipped = append(plan.Skipped, Skipped{thing, NoRecipient})
	case len(people) > 0 && !p.HasMail:
		plan.Skipped, people = append(plan.Skipped, Skipped{thing, NoMailServer}), nil
	}
	for _, to := range people {
		plan.tell(s, ladder, Notice{Thing: thing, Channel: Mail, Recipient: to})
	}
	for _, name := range webhooks {
		plan.tell(s, ladder, Notice{Thing: thing, Channel: Webhook, Recipient: name})
	}
	return nil
}

// ofProfile are the settings that a profile has of its own, if there is one that has some.
func ofProfile(p *lifecycle.Profile) lifecycle.ProfileNotify {
	if p == nil || p.Notify == nil {
		return lifecycle.ProfileNotify{}
	}
	return *p.Notify
}

// tell adds a notice if a rung is due.
func (plan *Plan) tell(s *lifecycle.State, ladder Ladder, n Notice) {
	lowest, told := s.LowestTold(n.Subject, n.key())
	rung, due := ladder.Due(n.DaysLeft, lowest, told)
	if n.Rung = rung; due {
		plan.Due = append(plan.Due, n)
	}
}

// people are the addresses that are told of a thing: those of its profile, else of all. What is
// not a certificate of the profile is told to those of all.
func (p Policy) people(thing Thing, own *lifecycle.Profile, ownTo []string) []string {
	if p.Only != nil {
		return distinct(p.Only)
	}
	to := slices.Clone(p.To)
	if len(ownTo) > 0 && (thing.Kind == lifecycle.KindPush || len(to) == 0) {
		to = slices.Clone(ownTo)
	}
	if own != nil && p.IncludeAccount && thing.Kind == lifecycle.KindPush && strings.Contains(own.AppleAccount, "@") {
		to = append(to, own.AppleAccount)
	}
	return distinct(to)
}

// distinct leaves out who was named before.
func distinct(addresses []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(addresses), func(a string) bool {
		was := seen[strings.ToLower(a)]
		seen[strings.ToLower(a)] = true
		return was
	})
}

// Told notes in the state that a notice was delivered.
func (n Notice) Told(s *lifecycle.State, actor string, now time.Time) {
	s.RememberTold(n.Subject, n.key(), n.Rung, actor, now)
}

// Still tells whether nobody else has delivered a notice meanwhile.
func (n Notice) Still(s *lifecycle.State) bool {
	lowest, told := s.LowestTold(n.Subject, n.key())
	return !told || lowest > n.Rung
}

// days is how many whole days are left.
func days(end, now time.Time) int { return pushcert.DaysUntil(end, now) }
