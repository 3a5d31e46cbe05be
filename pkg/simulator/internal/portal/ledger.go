package portal

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/records"
)

// row is one push certificate as the portal lists it.
type row struct {
	Number  int        `json:"number"` // in order of issue, which dates chosen by a caller do not tell
	Account string     `json:"account"`
	Vendor  string     `json:"vendor"` // organisation that signed the request
	Notes   string     `json:"notes,omitempty"`
	DER     []byte     `json:"certificate"`
	Revoked *time.Time `json:"revoked,omitempty"`

	cert *x509.Certificate
}

// serial is the number as the portal shows it: upper case, two digits a byte.
func (r row) serial() string { return fmt.Sprintf("%X", r.cert.SerialNumber.Bytes()) }

// topic is the user ID of the subject.
func (r row) topic() string { return ca.SubjectAttribute(r.cert, ca.OIDUserID) }

// uuid is the part of the topic that a renewal keeps.
func (r row) uuid() string { return strings.TrimPrefix(r.topic(), ca.TopicPrefix) }

// Status is "active", "expired" or "revoked". The second of notAfter is the last valid one.
func (r row) status(now time.Time) string {
	switch {
	case r.Revoked != nil:
		return "revoked"
	case now.After(r.cert.NotAfter):
		return "expired"
	default:
		return "active"
	}
}

// errNoRow is the answer to a serial number that the account has no certificate of. Those
// of other accounts are not told from those that never were: Apple shows an account
// its own rows only.
var errNoRow = errors.New("this account has no certificate with that serial number")

// ledger is every push certificate ever issued, in files and in memory. Nothing
// leaves it but by revocation, and even that leaves the row.
type ledger struct {
	records records.Folder

	mu       sync.RWMutex
	rows     []*row
	bySerial map[string]*row
}

// ledgerKind is the kind of the ledger's records.
const ledgerKind = "certificates"

// openLedger reads what an earlier run has kept.
func openLedger(s records.Folder) (*ledger, error) {
	kept, err := records.All[*row](s, ledgerKind)
	if err != nil {
		return nil, err
	}
	l := &ledger{records: s, bySerial: make(map[string]*row, len(kept))}
	for name, r := range kept {
		if r.cert, err = x509.ParseCertificate(r.DER); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", ledgerKind, name, err)
		}
		l.bySerial[serialKey(r.serial())] = r
	}
	byNumber := func(a, b *row) int { return cmp.Compare(a.Number, b.Number) }
	l.rows = slices.SortedFunc(maps.Values(l.bySerial), byNumber)
	return l, nil
}

// serialKey makes serial numbers comparable however they were typed.
func serialKey(serial string) string {
	return strings.TrimLeft(strings.ToUpper(serial), "0")
}

// add gives the row its number and keeps it.
func (l *ledger) add(r row) (row, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.DER = r.cert.Raw
	if last := len(l.rows); last > 0 {
		r.Number = l.rows[last-1].Number + 1
	}
	if err := l.records.Put(ledgerKind, r.serial(), r); err != nil {
		return row{}, err
	}
	l.rows = append(l.rows, &r)
	l.bySerial[serialKey(r.serial())] = &r
	return r, nil
}

// find gives a row of the account, or errNoRow.
func (l *ledger) find(account, serial string) (row, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	r, found := l.bySerial[serialKey(serial)]
	if !found || r.Account != account {
		return row{}, errNoRow
	}
	return *r, nil
}

// of lists the account's rows in the order of issue.
func (l *ledger) of(account string) []row {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var rows []row
	for _, r := range l.rows {
		if r.Account == account {
			rows = append(rows, *r)
		}
	}
	return rows
}

// revoke marks a row of the account; a second time changes nothing. It gives errNoRow.
func (l *ledger) revoke(account, serial string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, found := l.bySerial[serialKey(serial)]
	if !found || r.Account != account {
		return errNoRow
	}
	if r.Revoked != nil {
		return nil
	}
	revoked := *r
	now = now.UTC()
	revoked.Revoked = &now
	if err := l.records.Put(ledgerKind, r.serial(), revoked); err != nil {
		return err
	}
	*r = revoked
	return nil
}

// revoked gives the serial numbers that were revoked, of all accounts, and when.
func (l *ledger) revoked() map[string]time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	revoked := map[string]time.Time{}
	for _, r := range l.rows {
		if r.Revoked != nil {
			revoked[r.serial()] = *r.Revoked
		}
	}
	return revoked
}

// Verdict is what APNs thinks of a client certificate at that time. TLS has one
// alert for "not yet" and "no longer valid" (RFC 8446 section 6.2), and so has this.
func (l *ledger) verdict(leaf *x509.Certificate, now time.Time) ca.Verdict {
	l.mu.RLock()
	defer l.mu.RUnlock()
	r, found := l.bySerial[serialKey(fmt.Sprintf("%X", leaf.SerialNumber))]
	switch {
	case !found || !bytes.Equal(r.DER, leaf.Raw):
		return ca.Unknown
	case r.Revoked != nil:
		return ca.Revoked
	case now.After(r.cert.NotAfter) || now.Before(r.cert.NotBefore):
		return ca.Expired
	default:
		return ca.Good
	}
}
