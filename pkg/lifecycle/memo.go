package lifecycle

import (
	"cmp"
	"time"
)

// Memo is what people note of a profile. It survives a deletion.
type Memo struct {
	AppleAccount string
	Remarks      string
	AcquiredOn   string // the day when the certificate was issued, YYYY-MM-DD
}

// Memo returns what is noted.
func (p *Profile) Memo() Memo { return Memo{p.AppleAccount, p.Remarks, p.AcquiredOn} }

// Note changes what is noted of a profile to the values that are not empty. It tells what
// stands there then, and whether anything changed.
func (s *State) Note(name string, m Memo, actor string, now time.Time) (Memo, bool, error) {
	p, err := s.Profile(name)
	if err != nil {
		return Memo{}, false, err
	}
	before := p.Memo()
	p.AppleAccount = cmp.Or(m.AppleAccount, before.AppleAccount)
	p.Remarks = cmp.Or(m.Remarks, before.Remarks)
	p.AcquiredOn = cmp.Or(m.AcquiredOn, before.AcquiredOn)
	if p.Memo() == before {
		return before, false, nil
	}
	p.History = append(p.History, Event{At: now, By: actor, Action: Noted, AppleAccount: p.AppleAccount})
	return p.Memo(), true, nil
}
