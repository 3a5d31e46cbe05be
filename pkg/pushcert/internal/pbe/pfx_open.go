package pbe

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/guard"
)

// The kinds of bags in a PKCS #12 file (RFC 7292 section 4.2), and of certificates in one.
const (
	oidKeyBag       = "1.2.840.113549.1.12.10.1.1"
	oidSealedKeyBag = "1.2.840.113549.1.12.10.1.2"
	oidCertBag      = "1.2.840.113549.1.12.10.1.3"
	oidSafeBag      = "1.2.840.113549.1.12.10.1.6"
	oidX509Cert     = "1.2.840.113549.1.9.22.1"
)

// MaxSafeDepth bounds bags within bags; nobody is known to write any.
const MaxSafeDepth = 8

type pfxBag struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue `asn1:"tag:0,explicit"`
	Attrs asn1.RawValue `asn1:"set,optional"`
}

// Parts is what a PKCS #12 file holds.
type Parts struct {
	Keys         []crypto.Signer
	Certificates []*x509.Certificate
}

// maxParse bounds a parser that cannot be bounded from outside.
const maxParse = 30 * time.Second

// Open decodes with one password: with go-pkcs12, and by itself what that cannot read (BER,
// other hashes and ciphers, several keys, more parts, passwords beyond the BMP). A wrong password
// is ErrPassword, everything else a problem.
func (b *PFX) Open(password []byte, left *Budget) (*Parts, error) {
	if err := b.affordable(*left); err != nil {
		return nil, err
	}
	parts, err := b.Usual(string(password))
	switch {
	case err == nil:
		return parts, nil
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, ErrPassword
	}
	parts, err = b.Unusual(password, left)
	if len(password) == 0 && errors.Is(err, ErrPassword) {
		parts, err = b.Unusual(nil, left) // some programs write no password as nothing at all
	}
	return parts, err
}

// affordable refuses keys that lie open and together cost more than is left: go-pkcs12 would pay for them
// before anybody could ask. What else is wrong with them is for who opens them to say.
func (b *PFX) affordable(left Budget) error {
	d := pfxDecoder{left: &left, unopened: true}
	for _, s := range b.safes {
		if s.scheme != nil {
			continue
		}
		if err := d.bags(s.bags, 0); isTooCostly(err) {
			return err
		}
	}
	return nil
}

// Usual decodes with go-pkcs12. The wait is bounded because a key may lie inside of an
// encrypted part, where nobody can see what opening it costs.
func (b *PFX) Usual(password string) (*Parts, error) {
	parts := new(Parts)
	err := guard.Within(maxParse, func() error {
		key, leaf, issuers, err := pkcs12.DecodeChain(b.der, password)
		if err != nil {
			return err
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return errors.New("not a key that signs")
		}
		*parts = Parts{[]crypto.Signer{signer}, append([]*x509.Certificate{leaf}, issuers...)}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return parts, nil
}

// Unusual decodes by the letter of RFC 7292.
func (b *PFX) Unusual(password []byte, left *Budget) (*Parts, error) {
	if b.mac != nil {
		switch passed, err := b.mac.passes(b.content, password); {
		case err != nil:
			return nil, inPFX(err)
		case !passed:
			return nil, ErrPassword
		}
	}
	d := pfxDecoder{password: password, parseKey: b.parseKey, left: left}
	for _, s := range b.safes {
		if err := d.safe(s); err != nil {
			if d.decrypted && b.mac == nil && problem.Of(err).Code != problem.FileUnsupported {
				return nil, ErrPassword // nothing else tells the two apart
			}
			return nil, inPFX(err)
		}
	}
	switch {
	case len(d.parts.Certificates) == 0:
		return nil, problem.Say(problem.CertificateMissing, "p12", nil)
	case len(d.parts.Keys) == 0:
		return nil, problem.Say(problem.KeyMissing, "p12", nil)
	}
	return &d.parts, nil
}

// pfxDecoder collects what bags hold.
type pfxDecoder struct {
	parts     Parts
	password  []byte
	parseKey  keyParser
	left      *Budget
	decrypted bool // something was, with this password
	unopened  bool // only what keys cost is asked
}

func (d *pfxDecoder) safe(s pfxSafe) error {
	bags := s.bags
	if s.scheme != nil {
		d.decrypted = true
		var err error
		if bags, err = (&Key{*s.scheme, bags}).Open(d.password); err != nil {
			return err
		}
	}
	return d.bags(bags, 0)
}

func (d *pfxDecoder) bags(data []byte, depth int) error {
	var bags []pfxBag
	if err := unmarshalBER(data, &bags); err != nil {
		return err
	}
	for _, bag := range bags {
		if err := d.bag(bag, depth); err != nil {
			return err
		}
	}
	return nil
}

// bag reads a key or certificate. Revocation lists and other secrets are passed over.
func (d *pfxDecoder) bag(bag pfxBag, depth int) error {
	id := bag.ID.String()
	if d.unopened && id != oidSealedKeyBag && id != oidSafeBag {
		return nil
	}
	switch id {
	case oidKeyBag:
		return d.key(bag.Value.Bytes)
	case oidSealedKeyBag:
		box, err := parseSealed(bag.Value.Bytes, PFXScheme, d.left)
		if err != nil || d.unopened {
			return err
		}
		d.decrypted = true
		plain, err := box.Open(d.password)
		if err != nil {
			return err
		}
		return d.key(plain)
	case oidCertBag:
		return d.certificate(bag.Value.Bytes)
	case oidSafeBag:
		if depth == MaxSafeDepth {
			return damaged("part.p12", ber.ErrForm)
		}
		return d.bags(bag.Value.Bytes, depth+1)
	}
	return nil
}

func (d *pfxDecoder) key(der []byte) error {
	key, err := d.parseKey(der)
	if err == nil {
		d.parts.Keys = append(d.parts.Keys, key)
	}
	return err
}

func (d *pfxDecoder) certificate(der []byte) error {
	var c struct {
		ID    asn1.ObjectIdentifier
		Value []byte `asn1:"tag:0,explicit"`
	}
	if _, err := asn1.Unmarshal(der, &c); err != nil {
		return damaged("part.p12", err)
	}
	if c.ID.String() != oidX509Cert {
		return unsupported("p12")
	}
	parsed, err := x509.ParseCertificate(c.Value)
	if err != nil {
		return damaged("part.p12", err)
	}
	d.parts.Certificates = append(d.parts.Certificates, parsed)
	return nil
}
