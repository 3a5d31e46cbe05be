package ca

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/records"
)

// keptAuthority is an authority as it is kept.
type keptAuthority struct {
	Certificate []byte `json:"certificate"` // DER
	Key         []byte `json:"key"`         // PKCS #8
}

// keptHierarchy is the whole hierarchy in one record: half of a hierarchy is none.
type keptHierarchy struct {
	Root        keptAuthority `json:"root"`
	Relations   keptAuthority `json:"wwdr"`
	Integration keptAuthority `json:"application_integration"`
	Server      keptAuthority `json:"apns_server"`
}

// Where the hierarchy is kept.
const (
	hierarchyKind = "authorities"
	hierarchyName = "tree"
)

// Open takes the hierarchy that was kept, or makes one and keeps it.
func Open(s records.Folder, now time.Time, newKey func() (*rsa.PrivateKey, error)) (*Hierarchy, error) {
	kept, err := records.All[keptHierarchy](s, hierarchyKind)
	if err != nil {
		return nil, err
	}
	if k, found := kept[hierarchyName]; found {
		return k.restore()
	}
	t, err := newHierarchy(now, newKey)
	if err != nil {
		return nil, err
	}
	k, err := t.keep()
	if err != nil {
		return nil, err
	}
	return t, s.Put(hierarchyKind, hierarchyName, k)
}

// keep turns the hierarchy into a record.
func (t *Hierarchy) keep() (keptHierarchy, error) {
	var k keptHierarchy
	pairs := map[*keptAuthority]authority{
		&k.Root: t.Root, &k.Relations: t.Relations, &k.Integration: t.Integration, &k.Server: t.Server,
	}
	for to, from := range pairs {
		key, err := x509.MarshalPKCS8PrivateKey(from.key)
		if err != nil {
			return keptHierarchy{}, err
		}
		*to = keptAuthority{Certificate: from.Cert.Raw, Key: key}
	}
	return k, nil
}

// restore is the inverse of keep.
func (k keptHierarchy) restore() (*Hierarchy, error) {
	t := &Hierarchy{}
	pairs := map[*authority]keptAuthority{
		&t.Root: k.Root, &t.Relations: k.Relations, &t.Integration: k.Integration, &t.Server: k.Server,
	}
	for to, from := range pairs {
		a, err := from.restore()
		if err != nil {
			return nil, fmt.Errorf("kept authority: %w", err)
		}
		*to = a
	}
	return t, nil
}

func (k keptAuthority) restore() (authority, error) {
	cert, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		return authority{}, err
	}
	key, err := x509.ParsePKCS8PrivateKey(k.Key)
	if err != nil {
		return authority{}, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return authority{}, errors.New("the key cannot sign")
	}
	return authority{cert, signer}, nil
}
