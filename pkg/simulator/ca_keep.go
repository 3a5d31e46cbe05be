package simulator

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// keptAuthority is an authority as the shelf keeps it.
type keptAuthority struct {
	Certificate []byte `json:"certificate"` // DER
	Key         []byte `json:"key"`         // PKCS #8
}

// keptTree is the whole hierarchy in one record: half of a hierarchy is none.
type keptTree struct {
	Root        keptAuthority `json:"root"`
	Relations   keptAuthority `json:"wwdr"`
	Integration keptAuthority `json:"application_integration"`
	Server      keptAuthority `json:"apns_server"`
}

// Where the hierarchy lies on the shelf.
const (
	treeKind = "authorities"
	treeName = "tree"
)

// plantTree takes the hierarchy from the shelf, or makes one and keeps it.
func plantTree(s shelf, now time.Time) (*tree, error) {
	kept, err := takeAll[keptTree](s, treeKind)
	if err != nil {
		return nil, err
	}
	if k, found := kept[treeName]; found {
		return k.restore()
	}
	t, err := growTree(now)
	if err != nil {
		return nil, err
	}
	k, err := t.keep()
	if err != nil {
		return nil, err
	}
	return t, s.put(treeKind, treeName, k)
}

// keep turns the hierarchy into a record.
func (t *tree) keep() (keptTree, error) {
	var k keptTree
	pairs := map[*keptAuthority]authority{
		&k.Root: t.root, &k.Relations: t.relations, &k.Integration: t.integration, &k.Server: t.server,
	}
	for to, from := range pairs {
		key, err := x509.MarshalPKCS8PrivateKey(from.key)
		if err != nil {
			return keptTree{}, err
		}
		*to = keptAuthority{Certificate: from.cert.Raw, Key: key}
	}
	return k, nil
}

// restore is the inverse of keep.
func (k keptTree) restore() (*tree, error) {
	t := &tree{}
	pairs := map[*authority]keptAuthority{
		&t.root: k.Root, &t.relations: k.Relations, &t.integration: k.Integration, &t.server: k.Server,
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
