package portal

import (
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/records"
)

// Portal is identity.apple.com/pushcert without its pages: the acts and their rules.
type Portal struct {
	CA      *ca.Hierarchy
	ledger  *ledger
	records records.Folder
	now     func() time.Time
	log     *log.Logger
}

// Open continues what was kept, or begins anew. Keys are the standard library's where newKey is nil.
func Open(s records.Folder, now func() time.Time, newKey func() (*rsa.PrivateKey, error), log *log.Logger) (*Portal, error) {
	if newKey == nil {
		newKey = ca.GenerateKey
	}
	t, err := ca.Open(s, now(), newKey)
	if err != nil {
		return nil, err
	}
	t.NewKey = newKey
	l, err := openLedger(s)
	if err != nil {
		return nil, err
	}
	return &Portal{CA: t, ledger: l, records: s, now: now, log: log}, nil
}

// Verdict is what APNs asks about each client certificate.
func (p *Portal) Verdict(leaf *x509.Certificate) ca.Verdict { return p.ledger.verdict(leaf, p.now()) }

// order is what a caller may choose about a certificate.
type order struct {
	account     string
	notes       string
	from, until time.Time // zero: as Apple would
}

// Validity fills in what the order leaves open, for a certificate that lives so long.
func (o order) validity(now time.Time, life time.Duration) ca.Validity {
	v := ca.Validity{From: o.from, Until: o.until}
	switch {
	case v.From.IsZero() && v.Until.IsZero():
		v.From = now.UTC().Truncate(time.Second)
		v.Until = v.From.Add(life)
	case v.From.IsZero():
		v.From = v.Until.Add(-life)
	case v.Until.IsZero():
		v.Until = v.From.Add(life)
	}
	return v
}

// vendorKind is the kind of the records of vendor certificates. They are kept for people to
// look at: what makes one good is its issuer, not this record.
const vendorKind = "vendors"

// keptVendor is a vendor certificate as it is kept.
type keptVendor struct {
	Account     string `json:"account"`
	Certificate []byte `json:"certificate"` // DER
}

// makeVendor issues a vendor certificate for a CSR, as developer.apple.com does. The
// organisation is the CSR's, for a simulator has no register of developers.
func (p *Portal) makeVendor(upload []byte, o order) (*x509.Certificate, error) {
	csr, err := readCSR(upload)
	if err != nil {
		return nil, err
	}
	organization := strings.TrimPrefix(csr.Subject.CommonName, "MDM Vendor: ")
	if len(csr.Subject.Organization) > 0 {
		organization = csr.Subject.Organization[0]
	}
	organization = cmp.Or(organization, "Simulator Vendor")
	cert, err := p.CA.IssueVendor(csr.PublicKey, organization, ca.TeamID(o.account), countryOf(csr),
		o.validity(p.now(), 365*24*time.Hour))
	if err != nil {
		return nil, err
	}
	return cert, p.records.Put(vendorKind, fmt.Sprintf("%X", cert.SerialNumber), keptVendor{o.account, cert.Raw})
}

// create issues a certificate with a topic that no other certificate has.
func (p *Portal) create(upload []byte, o order) (row, error) {
	uuid, err := ca.NewUUID()
	if err != nil {
		return row{}, err
	}
	return p.issue(upload, uuid, o)
}

// renew issues a certificate with the topic of the row. Only the account that made it can
// [C]. A row that has expired is renewed too: what Apple does is contradictory [U]. A
// revoked one is not [I]. Neither key nor vendor need stay the same [C][U].
func (p *Portal) renew(serial string, upload []byte, o order) (row, error) {
	old, err := p.ledger.find(o.account, serial)
	if err != nil {
		return row{}, err
	}
	if old.Revoked != nil {
		return row{}, refuse(flawRevoked, errors.New("create a new certificate, whose topic will be another"))
	}
	o.notes = cmp.Or(o.notes, old.Notes)
	return p.issue(upload, old.uuid(), o)
}

func (p *Portal) issue(upload []byte, uuid string, o order) (row, error) {
	request, err := readRequest(upload)
	if err != nil {
		return row{}, err
	}
	now := p.now()
	vendor, err := check(p.CA, request, now)
	if err != nil {
		return row{}, err
	}
	cert, err := p.CA.IssuePush(request.csr.PublicKey, uuid, countryOf(request.csr), o.validity(now, ca.PushLife))
	if err != nil {
		return row{}, err
	}
	name := cmp.Or(ca.SubjectAttribute(vendor, ca.OIDOrganization), vendor.Subject.CommonName)
	return p.ledger.add(row{Account: o.account, Vendor: name, Notes: o.notes, cert: cert})
}

// countryOf is the only thing Apple takes from a CSR's subject [C]. What it does without
// one, or with one that is no country code, is not known [U]: here it is US.
func countryOf(csr *x509.CertificateRequest) string {
	if len(csr.Subject.Country) == 0 {
		return "US"
	}
	country := strings.ToUpper(csr.Subject.Country[0])
	isLetter := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	if len(country) != 2 || !isLetter(country[0]) || !isLetter(country[1]) {
		return "US"
	}
	return country
}
