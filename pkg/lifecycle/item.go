package lifecycle

import (
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/sidebyside"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Kind is what a watched item is.
type Kind string

// The kinds of the contract.
const (
	KindPush         Kind = "push"
	KindVendor       Kind = "vendor"
	KindADEToken     Kind = "ade-token"
	KindContentToken Kind = "content-token"
	KindServer       Kind = "server"
)

// Item is one watched thing with everything that the checks say of it: a certificate
// or a token, or neither where a profile has no certificate.
type Item struct {
	Kind        Kind
	Profile     string // of a push certificate
	Certificate *pushcert.Certificate
	Token       *Token
	// Server is the name of the server that a profile is linked with, and Used what that uses; nil
	// where it could not be asked.
	Server string
	Used   *Used
	// Policy has the thresholds that it is checked by.
	Policy pushcert.Policy
	// PendingDays is the age of the newest open request, and PendingSince when that was made;
	// nil without one.
	PendingDays  *int
	PendingSince *time.Time
	// KnownTopic is the topic that a profile without a certificate waits for.
	KnownTopic string
	Findings   []problem.Finding
}

// Topic is what the item's devices listen on; empty while nobody has told.
func (i Item) Topic() string {
	switch {
	case i.Certificate != nil:
		return i.Certificate.Topic()
	case i.Used != nil && i.Used.Topic != "":
		return i.Used.Topic
	}
	return i.KnownTopic
}

// Condition is an item's state in one word.
type Condition string

// The conditions of the contract.
const (
	ConditionOK       Condition = "ok"
	ConditionWarning  Condition = "warning"
	ConditionCritical Condition = "critical"
	ConditionExpired  Condition = "expired"
	ConditionMissing  Condition = "missing"
)

// Condition sums the findings up.
func (i Item) Condition() Condition {
	switch worst, _ := problem.Verdict(i.Findings, problem.Grading{}); {
	case i.End() == nil && (i.Kind != KindServer || i.Used != nil && (i.Used.Missing || i.Used.Unasked)):
		return ConditionMissing
	case problem.Has(i.Findings, problem.Expired), problem.Has(i.Findings, problem.VendorExpired):
		return ConditionExpired
	case worst == problem.Critical:
		return ConditionCritical
	case worst == problem.Warning:
		return ConditionWarning
	}
	return ConditionOK
}

// End is the last valid second; nil when there is nothing that could end.
func (i Item) End() *time.Time {
	switch {
	case i.Certificate != nil:
		return &i.Certificate.X509.NotAfter
	case i.Token != nil:
		return &i.Token.NotAfter
	case i.Used != nil && !i.Used.NotAfter.IsZero():
		return &i.Used.NotAfter
	}
	return nil
}

// Items checks everything that the state watches: the profiles by name, then the
// vendor certificate, then the tokens.
func (s *State) Items(terms Terms) ([]Item, error) {
	vendor, err := s.Vendor.current()
	if err != nil {
		return nil, err
	}
	names := s.read()
	checked := make([][]problem.Finding, len(names))
	holders, err := s.holdersBy(func(i int, c *pushcert.Certificate) *pushcert.Certificate {
		checked[i] = s.checked(names[i], c, terms)
		if terms.Outline {
			return c.Outline()
		}
		return c
	})
	if err != nil {
		return nil, err
	}
	profiles := make([]Item, len(names))
	sidebyside.Each(len(names), func() func(int) {
		return func(i int) { profiles[i] = s.item(names[i], holders, vendor, checked[i], terms) }
	})
	items := slices.Concat([]Item{}, profiles)
	if vendor != nil {
		items = append(items, Item{
			Kind: KindVendor, Certificate: vendor, Policy: terms.Policy,
			PendingDays: pendingDays(s.Vendor.Pending, terms.Now), PendingSince: pendingSince(s.Vendor.Pending),
			Findings: pushcert.CheckVendor(vendor, terms.Now, terms.Policy, terms.Trust),
		})
	}
	return append(items, s.TokenItems(terms)...), nil
}

// ItemOf checks one profile.
func (s *State) ItemOf(name string, terms Terms) (Item, error) {
	if _, err := s.Profile(name); err != nil {
		return Item{}, err
	}
	vendor, err := s.Vendor.current()
	if err != nil {
		return Item{}, err
	}
	holders, err := s.holders()
	if err != nil {
		return Item{}, err
	}
	var checked []problem.Finding
	if c := holders.leaf[name]; c != nil {
		checked = s.checked(name, c, terms)
	}
	return s.item(name, holders, vendor, checked, terms), nil
}

// checked is what a profile's certificate says by itself, and beside its key.
func (s *State) checked(name string, c *pushcert.Certificate, terms Terms) []problem.Finding {
	return append(pushcert.CheckPush(c, terms.Now, terms.For(s.Profiles[name]).Policy, terms.Trust), s.heldKey(name, c)...)
}

func (s *State) item(name string, all holders, vendor *pushcert.Certificate, checked []problem.Finding, terms Terms) Item {
	p := s.Profiles[name]
	terms = terms.For(p)
	item := Item{
		Kind: KindPush, Profile: name, Certificate: all.leaf[name], Policy: terms.Policy,
		PendingDays: pendingDays(p.Requests(), terms.Now), PendingSince: pendingSince(p.Requests()),
	}
	if item.Certificate == nil {
		item.KnownTopic = p.remembered().Topic
		item.Findings = append(s.missing(name, terms.Now), s.memo(name, p.AppleAccount, p.Requests(), terms.Now)...)
		return item
	}
	item.Findings = append(item.Findings, all.duplicates(item.Certificate, name)...)
	item.Findings = append(item.Findings, checked...)
	item.Findings = append(item.Findings, s.memo(name, p.AppleAccount, p.Requests(), terms.Now)...)
	// Both are issued on the same day as a rule, seconds apart, which means nothing.
	const sameDay = 24 * time.Hour
	if vendor != nil && vendor.X509.NotAfter.Add(sameDay).Before(item.Certificate.X509.NotAfter) {
		item.Findings = append(item.Findings, problem.Found(problem.VendorExpiresFirst, problem.Warning, problem.Params{
			"profile": name, "not_after": problem.Time(item.Certificate.X509.NotAfter), "vendor_not_after": problem.Time(vendor.X509.NotAfter),
		}))
	}
	item.Findings = problem.About(item.Findings, "profile", name)
	return item
}

// missing is the finding of a profile without a certificate.
func (s *State) missing(name string, now time.Time) []problem.Finding {
	p := s.Profiles[name]
	known := p.remembered()
	params := problem.Params{"profile": name, "topic": known.Topic}
	switch {
	case len(p.Requests()) > 0:
		return []problem.Finding{s.awaited(name, params, now)}
	case known.Topic != "":
		return []problem.Finding{problem.FoundAs(problem.CertificateMissing, "known", problem.Critical, params)}
	}
	return []problem.Finding{problem.Found(problem.CertificateMissing, problem.Critical, params)}
}

// heldKey compares a registered certificate with the key that stands beside it.
func (s *State) heldKey(name string, c *pushcert.Certificate) []problem.Finding {
	switch key := s.Profiles[name].Certificate.Key; {
	case key == nil:
		return []problem.Finding{s.keyElsewhere(name)}
	case key.Public != c.PublicKey():
		return []problem.Finding{problem.FoundAs(problem.KeyMismatch, "stored", problem.Critical, problem.Params{"profile": name})}
	}
	return nil
}

// awaited is the finding of a profile without a certificate whose request is out. The portal takes none that nobody
// has signed, so who signs it comes first.
func (s *State) awaited(name string, params problem.Params, now time.Time) problem.Finding {
	if s.Outlived(name, now) {
		return problem.FoundAs(problem.CertificateMissing, "outlived", problem.Critical, params)
	}
	switch s.Signer(name, now) {
	case string(RouteUnsigned):
		return problem.FoundAs(problem.CertificateMissing, "pending.unsigned", problem.Critical, params)
	case string(RouteService):
		return problem.FoundAs(problem.CertificateMissing, "pending.service", problem.Critical, params)
	case signerHere:
		return problem.FoundAs(problem.CertificateMissing, "pending.here", problem.Critical, params)
	}
	return problem.FoundAs(problem.CertificateMissing, "pending", problem.Critical, params)
}

// Due lists the profiles that need a request, in the order of their names: whose certificate ends within the warning
// days or has ended, whenever it was imported, and those without one whose devices [State.NeedsRequest] knows to wait.
func (s *State) Due(terms Terms) ([]string, error) {
	var due []string
	for _, name := range s.read() {
		p := s.Profiles[name]
		c, err := p.Leaf(name)
		if err != nil {
			return nil, err
		}
		if c == nil && p.awaits() || c != nil && c.DaysLeft(terms.Now) <= terms.For(p).Policy.WarnDays {
			due = append(due, name)
		}
	}
	return due, nil
}

// FileItem checks a file by itself, as what it is, with nothing to compare it with.
// Whether the private key is at hand is not asked.
func FileItem(f *pushcert.File, terms Terms) Item {
	i := Item{Kind: KindPush, Certificate: f.Leaf(), Policy: terms.Policy, Findings: slices.Concat(f.Findings, f.Check(terms.Now, terms.Policy, terms.Trust))}
	for n, found := range i.Findings {
		if found.Code == problem.KeyEncrypted {
			i.Findings[n].Severity = problem.Info
		}
	}
	token, isToken := TokenOf(f)
	switch {
	case f.Role == pushcert.RoleMDMVendor:
		i.Kind = KindVendor
	case f.Role == pushcert.RoleMDMPush && len(f.Keys) == 0:
		i.Findings = append(i.Findings, problem.FoundAs(problem.KeyMissing, "file", problem.Info, nil))
	case isToken && token.NotAfter.IsZero():
		i.Kind = token.Kind
		i.Findings = append(i.Findings, problem.FoundAs(problem.FileUnsupported, "token-date", problem.Critical, nil))
	case isToken:
		i.Kind, i.Token = token.Kind, &token
	}
	return i
}
