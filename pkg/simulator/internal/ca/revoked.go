package ca

import (
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"time"
)

// listLife is how long a revocation list is said to hold. Apple's lives for days [U].
const listLife = 24 * time.Hour

// RevocationList is what the issuer of push certificates says of them now, in DER (RFC 5280, 5).
func (t *Hierarchy) RevocationList(revoked map[string]time.Time, now time.Time) ([]byte, error) {
	list := &x509.RevocationList{Number: big.NewInt(now.Unix()), ThisUpdate: now.UTC(), NextUpdate: now.UTC().Add(listLife)}
	for serial, at := range revoked {
		if number, ok := new(big.Int).SetString(serial, 16); ok {
			list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: number, RevocationTime: at})
		}
	}
	return x509.CreateRevocationList(rand.Reader, list, t.Integration.Cert, t.Integration.key)
}
