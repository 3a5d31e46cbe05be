package lifecycle

import (
	"cmp"
	"encoding/pem"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// StaleAfterDays is how many days a request may be out before someone is reminded
// that its certificate was never imported.
const StaleAfterDays = 7

// RequestOptions say what a request is for.
type RequestOptions struct {
	Profile string
	NewKey  bool
	First   bool // no device was ever enrolled, in a person's words
	// Memo values; empty leaves the profile's own.
	AppleAccount, Email, Country, ExpectTopic string
	// DefaultAccount is the Apple account of a profile that has none of its own.
	DefaultAccount string
	Actor          string
	Now            time.Time
}

// Request opens a request for a profile, which is made if it is not there: the
// newest pending one again, or one with the new key and CSR that fresh makes. It
// returns the pending entry within the state, for the caller to note who signed it.
func (s *State) Request(o RequestOptions, fresh func(*Profile) (Key, *pushcert.CSR, error)) (pending *Pending, reused, created bool, err error) {
	p, created := s.ensure(o.Profile)
	p.remember(o)
	s.giveWay(o.Profile, p.ExpectTopic)
	if n := len(p.Pending); n > 0 && !o.NewKey {
		return &p.Pending[n-1], true, created, p.Pending[n-1].intact()
	}
	key, csr, err := fresh(p)
	if err != nil {
		return nil, false, created, err
	}
	p.Pending = append(p.Pending, Pending{Key: key, CSR: string(csr.PEM()), CreatedAt: o.Now})
	p.Record(Event{At: o.Now, By: o.Actor, Action: Requested, AppleAccount: p.AppleAccount})
	return &p.Pending[len(p.Pending)-1], false, created, nil
}

// intact refuses an open request whose CSR is for another key than the one that is kept for it: a
// certificate of that key would be somebody else's.
func (p *Pending) intact() error {
	block, _ := pem.Decode([]byte(p.CSR))
	if block == nil {
		return problem.Say(problem.StateDamaged, "csr", nil)
	}
	csr, err := pushcert.ParseCSR(block.Bytes)
	if err != nil {
		return problem.Say(problem.StateDamaged, "csr", nil).Because(err)
	}
	if csr.PublicKey() != p.Key.Public {
		return problem.Say(problem.KeyTampered, "request", nil)
	}
	return nil
}

// Signed notes who signed an open request. One that went out already, unsigned or signed with
// another certificate, goes out once more.
func (p *Profile) Signed(pending *Pending, reused bool, o RequestOptions, vendor, serial string) {
	switch {
	case reused && pending.VendorSerial != serial:
		p.Record(Event{At: o.Now, By: o.Actor, Action: Requested, AppleAccount: p.AppleAccount, Vendor: vendor, VendorSerial: serial})
	case !reused:
		last := &p.History[len(p.History)-1]
		last.Vendor, last.VendorSerial = vendor, serial
	}
	pending.Vendor, pending.VendorSerial = vendor, serial
}

func (p *Profile) remember(o RequestOptions) {
	for _, m := range []struct {
		field *string
		value string
	}{{&p.AppleAccount, o.AppleAccount}, {&p.Email, o.Email}, {&p.Country, o.Country}, {&p.ExpectTopic, o.ExpectTopic}} {
		if m.value != "" {
			*m.field = m.value
		}
	}
	p.First = (p.First || o.First) && p.ExpectTopic == ""
	// Which account made a certificate that is known from elsewhere, nobody has told.
	if p.Certificate == nil && p.remembered().Topic == "" {
		p.AppleAccount = cmp.Or(p.AppleAccount, o.DefaultAccount)
	}
}

// Ignored names the values that a repeated request cannot carry, since its CSR is made: the
// request would go out with others than those that were typed. Empty without a pending
// request, or when it is to get a new key.
func (p *Profile) Ignored(o RequestOptions) (flags []string, err error) {
	if p == nil || len(p.Pending) == 0 || o.NewKey {
		return nil, nil
	}
	return ignored(p.Pending, map[string]string{"--country": o.Country, "--email": o.Email})
}

// ignored compares wanted values, by their flags, with the subject of the newest CSR.
func ignored(pending []Pending, wanted map[string]string) ([]string, error) {
	block, _ := pem.Decode([]byte(pending[len(pending)-1].CSR))
	if block == nil {
		return nil, problem.Say(problem.StateDamaged, "csr", nil)
	}
	csr, err := pushcert.ParseCSR(block.Bytes)
	if err != nil {
		return nil, problem.Say(problem.StateDamaged, "csr", nil).Because(err)
	}
	made := csr.Values()
	is := map[string]string{"--country": made.Country, "--email": made.Email, "--organization": made.CommonName}
	var flags []string
	for _, flag := range slices.Sorted(maps.Keys(wanted)) {
		if value := wanted[flag]; value != "" && !strings.EqualFold(value, is[flag]) {
			flags = append(flags, flag)
		}
	}
	return flags, nil
}

// Exchange is that of the newest request, made by fresh where it has none.
func (p *Profile) Exchange(fresh func() (*Exchange, error)) (*Exchange, error) {
	open := &p.Pending[len(p.Pending)-1]
	if open.Exchange != nil {
		return open.Exchange, nil
	}
	var err error
	open.Exchange, err = fresh()
	return open.Exchange, err
}

// Recipient parses the certificate of an exchange; nil where there is none. A text that is no
// certificate was damaged by hand: state-damaged.
func (e *Exchange) Recipient(profile string) (*pushcert.Certificate, error) {
	if e == nil {
		return nil, nil
	}
	return stored(e.Certificate, profile)
}

// Answered notes that an outside vendor signed the open request of a public key, and tells whether
// there is one.
func (p *Profile) Answered(public string, o RequestOptions, vendor, serial string) bool {
	i := slices.IndexFunc(p.Pending, func(open Pending) bool { return open.Key.Public == public })
	if i >= 0 {
		p.Signed(&p.Pending[i], true, o, vendor, serial)
	}
	return i >= 0
}

// pendingDays is the age of the newest request in whole days; nil without one.
func pendingDays(pending []Pending, now time.Time) *int {
	if len(pending) == 0 {
		return nil
	}
	age := now.Sub(pending[len(pending)-1].CreatedAt)
	return new(max(0, int(age/(24*time.Hour))))
}

// pendingSince is when the newest request was made; nil without one.
func pendingSince(pending []Pending) *time.Time {
	if len(pending) == 0 {
		return nil
	}
	return &pending[len(pending)-1].CreatedAt
}

// Outlived tells that the newest request of a profile was signed by a vendor certificate of this file that has
// expired since: Apple takes it no more, and it has to be made again, with the same key.
func (s *State) Outlived(name string, now time.Time) bool {
	p := s.Profiles[name]
	if p == nil || len(p.Requests()) == 0 {
		return false
	}
	signers, err := s.Vendor.Certificates()
	serial := p.Requests()[len(p.Requests())-1].VendorSerial
	return err == nil && slices.ContainsFunc(signers, func(c *pushcert.Certificate) bool {
		return c.SerialHex() == serial && now.After(c.X509.NotAfter)
	})
}

// Unsigned tells that the newest request that is out is a CSR that no vendor is known to have signed.
func (p *Profile) Unsigned() bool {
	open := p.Requests()
	return len(open) > 0 && open[len(open)-1].VendorSerial == ""
}

const signerHere = "here" // who signs is a vendor identity of the file

// Signer tells who has to sign the newest request of a profile before the portal takes it: "unsigned", an outside
// vendor, "service", mdmcert.download, or "here", a vendor identity of this file. It is empty where none is out,
// or it is signed.
func (s *State) Signer(name string, now time.Time) string {
	if p := s.Profiles[name]; p == nil || !p.Unsigned() {
		return ""
	}
	switch way := s.Route(name, now); way {
	case RouteUnsigned, RouteService:
		return string(way)
	}
	return signerHere
}

// askedService tells that mdmcert.download was asked to sign the newest request that is out.
func (p *Profile) askedService() bool {
	return p != nil && len(p.Pending) > 0 && p.Pending[len(p.Pending)-1].Exchange != nil
}

// Route is how a profile gets the request for its next certificate.
type Route string

// The routes.
const (
	RouteSign      Route = "sign"      // csr gives it: a vendor identity of this file signs it, or the profile's server makes it
	RouteVendor    Route = "vendor"    // the same, but its certificate has expired: first a new one
	RouteUnsigned  Route = "unsigned"  // an outside vendor signs it
	RouteService   Route = "service"   // mdmcert.download, which was asked to sign the open request
	RouteElsewhere Route = "elsewhere" // the product that holds the key makes it
)

// Route tells how the named profile gets its next request; the profile need not exist.
func (s *State) Route(name string, now time.Time) Route {
	_, err := s.Vendor.Signer(now)
	switch p := s.Profiles[name]; {
	case p != nil && s.Servers[p.Server].MakesRequests():
		return RouteSign
	case p.KeyElsewhere() && len(p.Pending) == 0:
		return RouteElsewhere
	case p.askedService() && (p.Unsigned() || len(s.Vendor.Identities) == 0):
		return RouteService
	case len(s.Vendor.Identities) == 0:
		return RouteUnsigned
	case err != nil && problem.Of(err).Code == problem.VendorExpired:
		return RouteVendor
	}
	return RouteSign
}

// RecentImport is how long after an import a certificate counts as just taken.
const RecentImport = 30 * 24 * time.Hour

// NeedsRequest tells whether a profile is due: its certificate ends within the warning days, or is of no use to the
// server, which has a key of its own; or it has none, and devices wait for one, since the topic is known, or the
// request that is out is taken no more. One whose certificate a person deleted is not.
func (s *State) NeedsRequest(name string, warnDays int, now time.Time) (bool, error) {
	p := s.Profiles[name]
	c, err := p.Leaf(name)
	if err != nil {
		return false, err
	}
	if c == nil {
		return p.awaits() || s.Outlived(name, now), nil
	}
	return s.WantsServersKey(name) || p.ends(c, warnDays, now), nil
}

// awaits tells that devices wait for the certificate that a profile lacks: its topic is known, and nobody deleted it.
func (p *Profile) awaits() bool {
	known := p.remembered().Source
	return known == TopicExpected || known == TopicRefused
}

// ends tells whether the certificate of a profile is to be renewed by its dates. One that was registered a short while
// ago and has most of its life ahead is not, whatever the warning: another one would end hardly later.
func (p *Profile) ends(c *pushcert.Certificate, warnDays int, now time.Time) bool {
	ahead, life := c.X509.NotAfter.Sub(now), c.X509.NotAfter.Sub(c.X509.NotBefore)
	justTaken := now.Sub(p.Certificate.ImportedAt) < RecentImport && ahead > life/2
	return c.DaysLeft(now) <= warnDays && !justTaken
}
