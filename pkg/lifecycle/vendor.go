package lifecycle

import (
	"maps"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

const vendorOwner = "vendor"

// Signer is a vendor identity that may sign, with its certificate parsed.
type Signer struct {
	Identity    VendorIdentity
	Certificate *pushcert.Certificate
}

// Signer returns the identity that signs requests now: of those that are valid, the
// one that lasts longest. Without any it is a vendor-missing problem; when all have
// run out, vendor-expired.
func (v Vendor) Signer(now time.Time) (*Signer, error) {
	var best, last *Signer
	for _, id := range v.Identities {
		c, err := stored(id.PEM, vendorOwner)
		if err != nil {
			return nil, err
		}
		s := &Signer{id, c}
		last = later(last, s)
		if !now.Before(c.X509.NotBefore) && !now.After(c.X509.NotAfter) {
			best = later(best, s)
		}
	}
	switch {
	case best != nil:
		return best, nil
	case last == nil:
		return nil, problem.New(problem.VendorMissing, nil)
	case now.Before(last.Certificate.X509.NotBefore):
		return nil, problem.Say(problem.NotYetValid, "vendor", problem.Params{"not_before": problem.Time(last.Certificate.X509.NotBefore)})
	}
	return nil, problem.New(problem.VendorExpired, problem.Params{
		"not_after": problem.Time(last.Certificate.X509.NotAfter), "vendor": last.Certificate.Organization(),
	})
}

// HasKey tells whether a private key is here, with or without its certificate.
func (v Vendor) HasKey(public string) bool {
	_, held := find(v.keys(), public)
	return held
}

// Holds tells whether the certificate for a public key was imported.
func (v Vendor) Holds(public string) bool {
	return slices.ContainsFunc(v.Identities, func(id VendorIdentity) bool { return id.Key.Public == public })
}

func later(a, b *Signer) *Signer {
	if a == nil || b.Certificate.X509.NotAfter.After(a.Certificate.X509.NotAfter) {
		return b
	}
	return a
}

// current is the certificate that is watched: the one that lasts longest; nil if
// there is none.
func (v Vendor) current() (*pushcert.Certificate, error) {
	var last *Signer
	for _, id := range v.Identities {
		c, err := stored(id.PEM, vendorOwner)
		if err != nil {
			return nil, err
		}
		last = later(last, &Signer{id, c})
	}
	if last == nil {
		return nil, nil
	}
	return last.Certificate, nil
}

// Alarms are the findings about one of several certificates: the end of one that another outlives stops no
// request, so it is told and alarms nobody.
func (v Vendor) Alarms(c *pushcert.Certificate, found []problem.Finding) ([]problem.Finding, error) {
	last, err := v.current()
	if err != nil || last == nil || last.SHA256() == c.SHA256() || last.X509.NotBefore.After(c.X509.NotAfter) || last.X509.NotAfter.Before(c.X509.NotAfter) {
		return found, err
	}
	told := slices.Clone(found)
	for i, f := range told {
		params := maps.Clone(f.Params)
		switch f.Code {
		case problem.ExpiresSoon:
			told[i] = problem.FoundAs(problem.ExpiresSoon, "vendor-outlived", problem.Info, params)
		case problem.VendorExpired:
			told[i] = problem.FoundAs(problem.VendorExpired, "outlived", problem.Info, params)
		default:
			continue
		}
		params["other_not_after"] = problem.Time(last.X509.NotAfter)
	}
	return told, nil
}

// Certificates parses every vendor certificate, newest import last.
func (v Vendor) Certificates() ([]*pushcert.Certificate, error) {
	var all []*pushcert.Certificate
	for _, id := range v.Identities {
		c, err := stored(id.PEM, vendorOwner)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Request opens a request for a vendor certificate: the pending one again, or the one
// that fresh makes.
func (v *Vendor) Request(newKey bool, now time.Time, fresh func() (Key, *pushcert.CSR, error)) (*Pending, bool, error) {
	if n := len(v.Pending); n > 0 && !newKey {
		return &v.Pending[n-1], true, v.Pending[n-1].intact()
	}
	key, csr, err := fresh()
	if err != nil {
		return nil, false, err
	}
	v.Pending = append(v.Pending, Pending{Key: key, CSR: string(csr.PEM()), CreatedAt: now})
	return &v.Pending[len(v.Pending)-1], false, nil
}

// Ignored names the flags whose values a repeated request cannot carry, see [Profile.Ignored].
func (v *Vendor) Ignored(newKey bool, wanted map[string]string) (flags []string, err error) {
	if len(v.Pending) == 0 || newKey {
		return nil, nil
	}
	return ignored(v.Pending, wanted)
}

// VendorImport is a vendor certificate that wants to be registered.
type VendorImport struct {
	Certificate *pushcert.Certificate
	Key         *Key   // the key that came in the same file, if one did
	Chain       string // intermediates that came with it, PEM
	Actor       string
}

// Import registers a vendor certificate beside those that are there, or refuses with
// the gravest finding's code. It tells whether the certificate was new.
func (v *Vendor) Import(in VendorImport, terms Terms) (added bool, found []problem.Finding, err error) {
	key, found := v.examine(in, terms)
	if f, refused := refusal(found); refused {
		return false, found, f.Err()
	}
	held, err := v.Certificates()
	if err != nil {
		return false, found, err
	}
	if found, err = v.Alarms(in.Certificate, found); err != nil {
		return false, found, err
	}
	for i, c := range held {
		if c.SHA256() == in.Certificate.SHA256() {
			return v.complete(&v.Identities[i], key), found, nil
		}
	}
	v.Identities = append(v.Identities, VendorIdentity{
		PEM: string(in.Certificate.PEM()), Chain: in.Chain, Key: *key, ImportedAt: terms.Now, ImportedBy: in.Actor,
	})
	v.closeRequests(key)
	return true, found, nil
}

// complete gives a certificate that stood beside another's key its own, and tells whether it did.
func (v *Vendor) complete(id *VendorIdentity, key *Key) bool {
	if id.Key.Public == key.Public {
		return false
	}
	v.archive(id.Key)
	id.Key, v.Keys = *key, without(v.Keys, key)
	return true
}

// archive keeps a key that is no longer in use.
func (v *Vendor) archive(k Key) {
	if _, known := find(v.Keys, k.Public); !known {
		v.Keys = append(v.Keys, k)
	}
}

// examine checks the certificate and finds its key.
func (v *Vendor) examine(in VendorImport, terms Terms) (*Key, []problem.Finding) {
	found := pushcert.CheckVendor(in.Certificate, terms.Now, terms.Policy, terms.Trust)
	public := in.Certificate.PublicKey()
	if in.Key != nil && in.Key.Public != public {
		return nil, append(found, problem.Found(problem.KeyMismatch, problem.Critical, nil))
	}
	if k, ok := find(v.keys(), public); ok {
		return &k, found
	}
	if in.Key == nil {
		found = append(found, problem.FoundAs(problem.KeyMissing, "vendor", problem.Critical, nil))
	}
	return in.Key, found
}

func (v *Vendor) keys() []Key {
	var keys []Key
	for _, p := range v.Pending {
		keys = append(keys, p.Key)
	}
	for _, id := range v.Identities {
		keys = append(keys, id.Key)
	}
	return append(keys, v.Keys...)
}

// closeRequests moves the keys of open requests to the archive, but for the one now in use.
func (v *Vendor) closeRequests(used *Key) {
	for _, p := range v.Pending {
		v.archive(p.Key)
	}
	v.Keys = without(v.Keys, used)
	v.Pending = nil
}
