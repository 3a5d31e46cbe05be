package simulator

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// portal is identity.apple.com/pushcert without its pages: the acts and their rules.
type portal struct {
	tree   *tree
	ledger *ledger
	shelf  shelf
	now    func() time.Time
}

// openPortal continues what the shelf has, or begins anew.
func openPortal(s shelf, now func() time.Time) (*portal, error) {
	t, err := plantTree(s, now())
	if err != nil {
		return nil, err
	}
	l, err := openLedger(s)
	if err != nil {
		return nil, err
	}
	return &portal{tree: t, ledger: l, shelf: s, now: now}, nil
}

// judge is what APNs asks about each client certificate.
func (p *portal) judge(leaf *x509.Certificate) verdict { return p.ledger.judge(leaf, p.now()) }

// order is what a caller may choose about a certificate.
type order struct {
	account     string
	notes       string
	from, until time.Time // zero: as Apple would
}

// validity fills in what the order leaves open, for a certificate that lives so long.
func (o order) validity(now time.Time, life time.Duration) validity {
	v := validity{o.from, o.until}
	switch {
	case v.from.IsZero() && v.until.IsZero():
		v.from = now.UTC().Truncate(time.Second)
		v.until = v.from.Add(life)
	case v.from.IsZero():
		v.from = v.until.Add(-life)
	case v.until.IsZero():
		v.until = v.from.Add(life)
	}
	return v
}

// vendorKind is the folder of vendor certificates on the shelf. They are kept for people to
// look at: what makes one good is its issuer, not this record.
const vendorKind = "vendors"

// keptVendor is a vendor certificate on the shelf.
type keptVendor struct {
	Account     string `json:"account"`
	Certificate []byte `json:"certificate"` // DER
}

// makeVendor issues a vendor certificate for a CSR, as developer.apple.com does. The
// organisation is the CSR's, for a simulator has no register of developers.
func (p *portal) makeVendor(upload []byte, o order) (*x509.Certificate, error) {
	csr, err := readCSR(upload)
	if err != nil {
		return nil, err
	}
	organization := strings.TrimPrefix(csr.Subject.CommonName, "MDM Vendor: ")
	if len(csr.Subject.Organization) > 0 {
		organization = csr.Subject.Organization[0]
	}
	organization = cmp.Or(organization, "Simulator Vendor")
	cert, err := p.tree.issueVendor(csr.PublicKey, organization, teamID(o.account), countryOf(csr),
		o.validity(p.now(), 365*24*time.Hour))
	if err != nil {
		return nil, err
	}
	return cert, p.shelf.put(vendorKind, fmt.Sprintf("%X", cert.SerialNumber), keptVendor{o.account, cert.Raw})
}

// create issues a certificate with a topic that no other certificate has.
func (p *portal) create(upload []byte, o order) (row, error) {
	uuid, err := newUUID()
	if err != nil {
		return row{}, err
	}
	return p.issue(upload, uuid, o)
}

// renew issues a certificate with the topic of the row. Only the account that made it can
// [C]. A row that has expired is renewed too: what Apple does is contradictory [U]. A
// revoked one is not [I]. Neither key nor vendor need stay the same [C][U].
func (p *portal) renew(serial string, upload []byte, o order) (row, error) {
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

func (p *portal) issue(upload []byte, uuid string, o order) (row, error) {
	request, err := readRequest(upload)
	if err != nil {
		return row{}, err
	}
	now := p.now()
	vendor, err := p.tree.judge(request, now)
	if err != nil {
		return row{}, err
	}
	cert, err := p.tree.issuePush(request.csr.PublicKey, uuid, countryOf(request.csr), o.validity(now, yearLessASecond))
	if err != nil {
		return row{}, err
	}
	name := cmp.Or(attributeOf(vendor, oidOrganization), vendor.Subject.CommonName)
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
