package ca

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"sync"
	"time"
)

// authority is a certificate with the key that it certifies.
type authority struct {
	Cert *x509.Certificate
	key  crypto.Signer
}

// Hierarchy is the throwaway copy of Apple's hierarchy: one root, one intermediate that
// issues to vendors, one that issues push certificates, and, apart from those, the
// authority of the APNs listener (Apple's APNs servers do not chain to its own root).
type Hierarchy struct {
	Root, Relations, Integration, Server authority
	// RevokedAt is where push certificates say that their revocation list is. Empty is Apple's own
	// address, at which nothing is said about them.
	RevokedAt string
	// NewKey makes the keys of vendors that this process plays.
	NewKey func() (*rsa.PrivateKey, error)
}

// RSABits is the size of Apple's authority keys, and of the push keys people make.
const RSABits = 2048

// GenerateKey makes a key of [RSABits].
func GenerateKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, RSABits) }

// newHierarchy makes a new hierarchy. It is valid from ten years before now to ten years
// after, so that certificates of any age can be issued under it.
func newHierarchy(now time.Time, newKey func() (*rsa.PrivateKey, error)) (*Hierarchy, error) {
	keys, err := rsaKeys(3, newKey)
	if err != nil {
		return nil, err
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	year := time.Date(now.UTC().Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	t := &Hierarchy{Root: authority{key: keys[0]}}
	if t.Root.Cert, err = t.Root.certify(t.Root, profile{
		subject: []attribute{
			printableAttribute(oidCountry, "US"), printableAttribute(OIDOrganization, "Apple Inc."),
			printableAttribute(oidUnit, "Apple Certification Authority"), printableAttribute(oidCommonName, "SIMULATOR Apple Root CA"),
		},
		from: year.AddDate(-15, 0, 0), until: year.AddDate(15, 0, 0),
		// Apple's root is self-signed with SHA-1 [V]: code that insists on checking that
		// signature works with a tidier root and fails with the real one.
		algorithm: x509.SHA1WithRSA,
	}); err != nil {
		return nil, err
	}
	intermediates := []struct {
		to      *authority
		key     crypto.Signer
		issuer  *authority
		profile profile
	}{
		{&t.Relations, keys[1], &t.Root, profile{subject: appleName(
			"SIMULATOR Apple Worldwide Developer Relations Certification Authority", "G3"), marker: oidWWDRMarker}},
		{&t.Integration, keys[2], &t.Root, profile{subject: appleName(
			"SIMULATOR Apple Application Integration 2 Certification Authority", "Apple Certification Authority"), marker: oidIntegrationMarker}},
		{&t.Server, serverKey, &t.Server, profile{subject: appleName("SIMULATOR APNs Server CA", "apnsctl")}},
	}
	for _, i := range intermediates {
		i.profile.from, i.profile.until = year.AddDate(-10, 0, 0), year.AddDate(10, 0, 0)
		i.to.key = i.key
		if i.to.Cert, err = i.issuer.certify(*i.to, i.profile); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// rsaKeys makes n keys at once: one takes long enough to be felt at every start.
func rsaKeys(n int, newKey func() (*rsa.PrivateKey, error)) ([]*rsa.PrivateKey, error) {
	keys, failures := make([]*rsa.PrivateKey, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { keys[i], failures[i] = newKey() })
	}
	wg.Wait()
	return keys, errors.Join(failures...)
}

// appleName is a subject in the order of Apple's intermediates: CN, OU, O, C.
func appleName(commonName, unit string) []attribute {
	return []attribute{
		utf8Attribute(oidCommonName, commonName), utf8Attribute(oidUnit, unit),
		utf8Attribute(OIDOrganization, "Apple Inc."), printableAttribute(oidCountry, "US"),
	}
}

// RootsPEM is what stands for Apple's authorities: root, then the intermediate of vendor
// certificates, then that of push certificates.
func (t *Hierarchy) RootsPEM() []byte {
	return encodeCertificates(t.Root.Cert, t.Relations.Cert, t.Integration.Cert)
}

// ServerPEM is the authority of the APNs listener.
func (t *Hierarchy) ServerPEM() []byte { return encodeCertificates(t.Server.Cert) }

// Above are the issuer of vendor certificates and the root, as a request names them.
func (t *Hierarchy) Above() []*x509.Certificate {
	return []*x509.Certificate{t.Relations.Cert, t.Root.Cert}
}
