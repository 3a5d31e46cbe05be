package lifecycle

import (
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Memo is what people note of a profile. It survives a deletion.
type Memo struct {
	AppleAccount string
	Remarks      string
	AcquiredOn   string // the day when the certificate was issued, YYYY-MM-DD
}

// Memo returns what is noted.
func (p *Profile) Memo() Memo { return Memo{p.AppleAccount, p.Remarks, p.AcquiredOn} }

// MemoChange is what to note anew; nil leaves what stands there.
type MemoChange struct{ AppleAccount, Remarks, AcquiredOn *string }

// Note changes what is noted of a profile. It tells what stands there then, and whether
// anything changed.
func (s *State) Note(name string, m MemoChange, actor string, now time.Time) (Memo, bool, error) {
	p, err := s.Profile(name)
	if err != nil {
		return Memo{}, false, err
	}
	before := p.Memo()
	var changed []string
	for _, part := range []struct {
		name  string
		field *string
		value *string
	}{{"apple-account", &p.AppleAccount, m.AppleAccount}, {"remarks", &p.Remarks, m.Remarks}, {"acquired-on", &p.AcquiredOn, m.AcquiredOn}} {
		if part.value != nil && *part.value != *part.field {
			*part.field = *part.value
			changed = append(changed, part.name)
		}
	}
	if len(changed) == 0 {
		return before, false, nil
	}
	p.Record(Event{At: now, By: actor, Action: Noted, AppleAccount: p.AppleAccount, Detail: strings.Join(changed, ", ")})
	return p.Memo(), true, nil
}

// CheckAccount refuses what cannot be an Apple Account: it is an e-mail address or a phone number.
func CheckAccount(account string) error {
	number, phone := strings.CutPrefix(account, "+")
	phone = phone && len(number) >= 7 && strings.Trim(number, "0123456789 -") == ""
	if !phone && !pushcert.IsEmail(account) {
		return problem.Say(problem.Usage, "apple-account", problem.Params{"value": account})
	}
	return nil
}

// CheckAcquired refuses what is no day on which a certificate was acquired: it is not yet to come,
// anywhere on earth.
func CheckAcquired(day string, now time.Time) error {
	const ahead = 14 * time.Hour // of UTC, in the earliest time zone
	at, err := time.Parse(time.DateOnly, day)
	switch params := (problem.Params{"flag": "--acquired-on", "value": day}); {
	case err != nil:
		return problem.Say(problem.Usage, "date", params)
	case at.After(now.UTC().Add(ahead)):
		return problem.Say(problem.Usage, "date-future", params)
	}
	return nil
}
