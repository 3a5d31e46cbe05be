package doctor

import (
	"crypto/x509"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// How far a clock may be off. A minute disturbs nobody; beyond five, certificates that
// were just issued are not valid yet, and provider tokens are refused.
const (
	clockWarning  = time.Minute
	clockCritical = 5 * time.Minute
)

// clockEvidence is what there is to compare this machine's clock with.
type clockEvidence struct {
	now    time.Time
	system string    // as runtime.GOOS names it
	portal string    // host of the portal
	date   time.Time // what it says; zero if it says nothing
	// unreached tells that it says nothing because it was not reached.
	unreached bool
	newest    time.Time         // the newest entry of the config file; zero without one
	leaf      *x509.Certificate // APNs' own certificate; nil if none was seen
}

// clockCheck checks the clock: by the portal's, else by what can only be true if it is
// roughly right.
func clockCheck(e clockEvidence) Check {
	c := newCheck(checkClock)
	set := problem.Params{"command": setClock(e.system)}
	if !e.date.IsZero() {
		off := e.now.Sub(e.date).Abs()
		params := problem.Params{
			"portal": e.portal, "date": problem.Time(e.date), "now": problem.Time(e.now),
			"seconds": strconv.FormatInt(int64(off/time.Second), 10),
		}
		c.see("clock.date", params)
		c.off(off, Cause{Key: "clock.off", Params: set})
		return c
	}
	nothing, rough := "clock.nothing", "clock.rough"
	if e.unreached {
		nothing, rough = "clock.nothing-unreached", "clock.rough-unreached"
	}
	if e.newest.IsZero() && e.leaf == nil {
		c.skip(nothing, problem.Params{"portal": e.portal})
		return c
	}
	c.see(rough, problem.Params{"portal": e.portal, "now": problem.Time(e.now)})
	if !e.newest.IsZero() {
		c.see("clock.newest", problem.Params{"newest": problem.Time(e.newest)})
		c.off(e.newest.Sub(e.now), Cause{Key: "clock.behind", Params: set})
	}
	if e.leaf != nil {
		from, to := e.leaf.NotBefore, e.leaf.NotAfter
		c.see("clock.leaf", problem.Params{
			"not_before": from.UTC().Format(time.DateOnly), "not_after": to.UTC().Format(time.DateOnly),
		})
		if e.now.Before(from) || e.now.After(to) { // or it is not APNs that answered
			c.warn(Cause{Key: "clock.outside", Params: set})
		}
	}
	return c
}

// off checks how far the clock is off.
func (c *Check) off(by time.Duration, f Cause) {
	switch {
	case by > clockCritical:
		c.fail(problem.ExitRefused, f)
	case by > clockWarning:
		c.warn(f)
	}
}

// setClock is the command that sets a system's clock from the network.
func setClock(system string) string {
	switch system {
	case "windows":
		return "w32tm /resync"
	case "darwin":
		return "sudo sntp -sS time.apple.com"
	}
	return "sudo timedatectl set-ntp true"
}

// newestEntry is the latest moment that apnsctl has written into the config file.
func newestEntry(s *lifecycle.State) time.Time {
	var newest time.Time
	note := func(t time.Time) {
		if t.After(newest) {
			newest = t
		}
	}
	for _, p := range s.Profiles {
		if p.Certificate != nil {
			note(p.Certificate.ImportedAt)
		}
		for _, open := range p.Pending {
			note(open.CreatedAt)
		}
		for _, event := range p.History {
			note(event.At)
		}
	}
	for _, t := range s.Tokens {
		note(t.ImportedAt)
	}
	for _, id := range s.Vendor.Identities {
		note(id.ImportedAt)
	}
	for _, open := range s.Vendor.Pending {
		note(open.CreatedAt)
	}
	return newest
}
