package revocation

import (
	"context"
	"crypto/x509"
	"slices"
	"strings"
	"time"
)

// Status is what is known of a certificate.
type Status string

// The statuses.
const (
	Good    Status = "good"    // its issuer's list is of now, and it is not in it
	Revoked Status = "revoked" // for ever
	Unknown Status = "unknown" // nobody said so, for the reason beside it
)

// Reason is why nothing is known.
type Reason string

// The reasons.
const (
	NoAddress   Reason = "no-address"   // the certificate names no list that can be fetched by HTTP
	OtherIssuer Reason = "other-issuer" // the certificate is not issued by what was given as its issuer
	Unreachable Reason = "unreachable"  // nobody answers, or with something else
	Unreadable  Reason = "unreadable"   // what came is no revocation list, or too much
	Unsigned    Reason = "unsigned"     // the list is not signed by the issuer
	Stale       Reason = "stale"        // the list should have been replaced by now
	Early       Reason = "early"        // the list is of a later time than this: a clock is wrong
	Partial     Reason = "partial"      // the list is not about all certificates of the issuer
)

// Answer is what came of a question.
type Answer struct {
	Status Status
	Reason Reason    // of Unknown
	Detail string    // what a person can look up about the reason; may be empty
	At     time.Time // when it was revoked
	Until  time.Time // when the list has to be replaced; zero without a list
}

// Cache keeps lists for later. What it gives back is believed as little as what comes by the
// network: it may be old, cut off, or somebody else's.
type Cache interface {
	Get(name string) ([]byte, bool)
	Put(name string, list []byte)
}

// Checker asks about certificates. The zero value will do.
type Checker struct {
	Fetch Fetch
	Cache Cache // nil is none
	// Memory, where it is there, keeps for one run what lies at each address, so that nobody is asked
	// twice, and nobody who does not answer is waited for twice.
	Memory Memory
}

// Memory is what lies at addresses.
type Memory map[string]found

// found is a list, or why there is none.
type found struct {
	list   *x509.RevocationList
	failed *Answer
}

// read makes a list of bytes.
func read(der []byte) found {
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		return found{failed: &Answer{Status: Unknown, Reason: Unreadable, Detail: err.Error()}}
	}
	return found{list: list}
}

// Check tells what the issuer says of a certificate now. The only error is that of a context that has
// ended. The issuer has to be one that is trusted: that is not looked at.
func (c Checker) Check(ctx context.Context, leaf, issuer *x509.Certificate, now time.Time) (Answer, error) {
	if err := leaf.CheckSignatureFrom(issuer); err != nil {
		return Answer{Status: Unknown, Reason: OtherIssuer, Detail: err.Error()}, nil
	}
	unknown := Answer{Status: Unknown, Reason: NoAddress}
	for _, address := range leaf.CRLDistributionPoints {
		if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
			continue // LDAP, which nobody serves to the world
		}
		answer, err := c.ask(ctx, address, leaf, issuer, now)
		if err != nil || answer.Status != Unknown {
			return answer, err
		}
		unknown = answer
	}
	return unknown, nil
}

// ask looks into the list that was kept, and into a fetched one where that is not enough.
func (c Checker) ask(ctx context.Context, address string, leaf, issuer *x509.Certificate, now time.Time) (Answer, error) {
	if known, seen := c.Memory[address]; seen {
		return known.look(address, leaf, issuer, now), nil
	}
	if c.Cache != nil {
		if der, kept := c.Cache.Get(address); kept {
			known := read(der)
			if answer := known.look(address, leaf, issuer, now); answer.Status != Unknown {
				c.remember(address, known)
				return answer, nil
			}
		}
	}
	der, failed := c.Fetch.list(ctx, address)
	if ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	known := found{failed: failed}
	if failed == nil {
		known = read(der)
	}
	c.remember(address, known)
	answer := known.look(address, leaf, issuer, now)
	if c.Cache != nil && answer.Status != Unknown {
		c.Cache.Put(address, der)
	}
	return answer, nil
}

func (c Checker) remember(address string, f found) {
	if c.Memory != nil {
		c.Memory[address] = f
	}
}

// skew is how much two right clocks may differ.
const skew = 5 * time.Minute

// look looks for a certificate in a list. One that is in it is revoked whatever the list's age:
// that is never taken back. One that is not in it is good so far as the list is whole and of now.
func (f found) look(address string, leaf, issuer *x509.Certificate, now time.Time) Answer {
	if f.failed != nil {
		return *f.failed
	}
	list := f.list
	a := Answer{Status: Unknown, Until: list.NextUpdate}
	if err := list.CheckSignatureFrom(issuer); err != nil || !slices.Equal(list.RawIssuer, issuer.RawSubject) {
		a.Reason = Unsigned
		return a
	}
	why := about(list.Extensions, address)
	if why != "" {
		a.Reason, a.Detail = Partial, why
		return a
	}
	for _, entry := range list.RevokedCertificateEntries {
		const removed = 8 // RFC 5280, 5.3.1: of a list of changes alone, which this is not
		if entry.SerialNumber.Cmp(leaf.SerialNumber) == 0 && entry.ReasonCode != removed {
			return Answer{Status: Revoked, At: entry.RevocationTime, Until: list.NextUpdate}
		}
	}
	switch {
	case now.Before(list.ThisUpdate.Add(-skew)):
		a.Reason = Early
	case !list.NextUpdate.IsZero() && now.After(list.NextUpdate):
		a.Reason = Stale
	default:
		a.Status = Good
	}
	return a
}
