package pushcert

import (
	"bytes"
	_ "embed"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Trust is a set of certificate authorities: anchors, trusted by their bytes, and intermediates,
// trusted as far as an anchor signed them. It is immutable and safe for
// concurrent use.
type Trust struct {
	authorities map[string][]*authority // by subject DER
	rehearsal   bool
}

// authority is a CA certificate of a [Trust].
type authority struct {
	*Certificate
	anchor bool
	given  bool // by [Trust.With]
	// issuers are the authorities of the same Trust that signed it, checked once:
	// thousands of leaves share a handful of authorities.
	issuers func() []*authority
}

// Apple is the trust in Apple's published authorities, as of the release of this
// program: the roots (Apple Root CA, G2, G3, Apple Computer Root) and the intermediates, among them both
// Application Integration generations and Worldwide Developer Relations G2 to G7.
func Apple() *Trust { return appleTrust.get() }

// appleAuthorities are copied from anchore/quill, which a test keeps true.
//
//go:embed apple.pem
var appleAuthorities []byte

//nolint:gochecknoglobals // a constant that is computed when first asked for
var appleTrust onceTrust

// onceTrust is the trust in appleAuthorities. It is no [sync.OnceValue], which would be made before main.
type onceTrust struct {
	once  sync.Once
	trust *Trust
}

func (t *onceTrust) get() *Trust {
	t.once.Do(func() {
		certificates, err := ParseChain(string(appleAuthorities))
		if err != nil {
			panic("pushcert: embedded certificate: " + err.Error())
		}
		t.trust = (&Trust{}).with(certificates, true)
	})
	return t.trust
}

// NewTrust makes a trust that replaces Apple's, for rehearsals against a
// simulator: the self-signed certificates of the bundle (see [Authorities]) are anchors, the others
// intermediates. A bundle without an anchor, or with one of Apple's, is a usage problem.
func NewTrust(bundle []byte) (*Trust, error) {
	certificates, err := Authorities(bundle)
	t := (&Trust{rehearsal: true}).with(certificates, true)
	switch {
	case err != nil:
		return nil, problem.Say(problem.Usage, "trust-root-anchor.none", problem.Params{"role": problem.Of(err).Params["role"]}).Because(err)
	case !slices.ContainsFunc(certificates, t.isAnchor):
		return nil, problem.Say(problem.Usage, "trust-root-anchor", nil)
	}
	if i := slices.IndexFunc(certificates, Apple().isAnchor); i >= 0 {
		return nil, problem.Say(problem.Usage, "trust-root-apple", problem.Params{"subject": certificates[i].Subject()})
	}
	return t, nil
}

// With adds the intermediates of a bundle (see [Authorities]), for an authority newer than this program.
// A self-signed certificate among them never becomes an anchor.
func (t *Trust) With(bundle []byte) (*Trust, error) {
	certificates, err := Authorities(bundle)
	if err != nil {
		return nil, err
	}
	return t.with(certificates, false), nil
}

// Beside is t with the intermediates that lie in one file with a certificate, as if they had come by
// [Trust.With]; t itself where it knows them all.
func (t *Trust) Beside(file []*Certificate) *Trust {
	unknown := slices.DeleteFunc(slices.Clone(file), func(c *Certificate) bool {
		return !c.X509.IsCA || c.isSelfIssued() || t.find(c) != nil
	})
	if len(unknown) == 0 {
		return t
	}
	return t.with(unknown, false)
}

// Given are the intermediates that came by [Trust.With] or [Trust.Beside] and without which c would not verify at its own dates.
func (t *Trust) Given(c *Certificate) (all []*Certificate) {
	chain, _ := t.Chain(c, time.Time{})
	for _, issuer := range chain.Certificates[1:] {
		if chain.Verified && t.find(issuer).given {
			all = append(all, issuer)
		}
	}
	return all
}

// Rehearsal tells that the anchors are not Apple's.
func (t *Trust) Rehearsal() bool { return t.rehearsal }

// with copies t and adds certificates that are not in it yet.
func (t *Trust) with(certificates []*Certificate, anchors bool) *Trust {
	larger := &Trust{authorities: map[string][]*authority{}, rehearsal: t.rehearsal}
	add := func(c *Certificate, anchor, given bool) {
		a := &authority{Certificate: c, anchor: anchor, given: given}
		a.issuers = sync.OnceValue(func() []*authority {
			found, _ := issuersAmong(c, larger.authorities[string(c.X509.RawIssuer)])
			return found
		})
		name := string(c.X509.RawSubject)
		larger.authorities[name] = append(larger.authorities[name], a)
	}
	for _, a := range slices.Concat(slices.Collect(maps.Values(t.authorities))...) {
		add(a.Certificate, a.anchor, a.given)
	}
	for _, c := range certificates {
		if larger.find(c) == nil {
			add(c, anchors && c.isSelfIssued(), !anchors)
		}
	}
	return larger
}

// find returns the authority with the very bytes of c.
func (t *Trust) find(c *Certificate) *authority {
	for _, a := range t.authorities[string(c.X509.RawSubject)] {
		if bytes.Equal(a.X509.Raw, c.X509.Raw) {
			return a
		}
	}
	return nil
}

func (t *Trust) isAnchor(c *Certificate) bool {
	a := t.find(c)
	return a != nil && a.anchor
}

func (t *Trust) isAnchorName(subject []byte) bool {
	return slices.ContainsFunc(t.authorities[string(subject)], func(a *authority) bool { return a.anchor })
}

// isKin tells whether a name claims the organisation of one of the anchors: an issuer that is
// ours to know, and that we do not have.
func (t *Trust) isKin(issuer []string) bool {
	for _, generation := range t.authorities {
		for _, a := range generation {
			if a.anchor && len(issuer) > 0 && slices.Equal(issuer, a.X509.Subject.Organization) {
				return true
			}
		}
	}
	return false
}

// Authorities are the certificates of a file, in any form that [Read] knows: PEM, DER, .p7b. Beside
// the problems of Read, a file without any is wrong-role.
func Authorities(bundle []byte) ([]*Certificate, error) {
	file, err := Read("", bundle, nil)
	switch {
	case err != nil:
		return nil, err
	case len(file.Certificates) == 0:
		return nil, problem.New(problem.WrongRole, problem.Params{"role": string(file.Role), "expected_role": string(RoleCA)})
	}
	return file.Certificates, nil
}
