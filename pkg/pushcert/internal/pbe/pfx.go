package pbe

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
)

// PFXVersion is the version of every PKCS #12 file since 1999.
const PFXVersion = 3

const (
	oidData          = "1.2.840.113549.1.7.1"
	oidEncryptedData = "1.2.840.113549.1.7.6"
)

// pfxFile is the outer shape of a PKCS #12 file (RFC 7292 section 4).
type pfxFile struct {
	Version  int
	AuthSafe pfxContent
	MAC      pfxMAC `asn1:"optional"`
}

type pfxContent struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"tag:0,explicit,optional"`
}

type pfxMAC struct {
	Digest struct {
		Algorithm pkix.AlgorithmIdentifier
		Value     []byte
	}
	Salt       []byte
	Iterations int `asn1:"optional,default:1"`
}

// PFX is a PKCS #12 file before its password is known.
type PFX struct {
	der      []byte
	content  []byte // what the MAC covers
	safes    []pfxSafe
	mac      *pfxCheck // nil if there is none
	parseKey keyParser
}

// keyParser reads the PKCS #8 of a key that was opened.
type keyParser func(der []byte) (crypto.Signer, error)

// pfxSafe is a part of a PKCS #12 file: bags, encrypted or not.
type pfxSafe struct {
	bags   []byte
	scheme *Scheme // nil if they lie open
}

// ParsePFX reads the outside of a PKCS #12 file in DER or BER, before any password. It names
// what nobody here reads, and takes what opening it costs from left, since a file says itself
// how often that iterates.
func ParsePFX(data []byte, parseKey keyParser, left *Budget) (*PFX, error) {
	der, rest, err := ber.ToDER(data)
	if err != nil || len(rest) > 0 {
		return nil, damaged("part.p12", err)
	}
	var p pfxFile
	if _, err := asn1.Unmarshal(der, &p); err != nil {
		return nil, damaged("part.p12", err)
	}
	if p.AuthSafe.Type.String() != oidData {
		return nil, unsupported("p12-signed")
	}
	box := &PFX{der: der, parseKey: parseKey}
	if _, err := asn1.Unmarshal(p.AuthSafe.Content.Bytes, &box.content); err != nil {
		return nil, damaged("part.p12", err)
	}
	var safes []pfxContent
	if err := unmarshalBER(box.content, &safes); err != nil {
		return nil, err
	}
	for _, s := range safes {
		safe, err := s.safe(left)
		if err != nil {
			return nil, inPFX(err)
		}
		box.safes = append(box.safes, safe)
	}
	box.mac, err = p.MAC.check(left)
	return box, inPFX(err)
}

// unmarshalBER reads what stands inside of an octet string, whose encoding is its own.
func unmarshalBER(data []byte, value any) error {
	der, _, err := ber.ToDER(data)
	if err == nil {
		_, err = asn1.Unmarshal(der, value)
	}
	if err != nil {
		return damaged("part.p12", err)
	}
	return nil
}

// safe reads a part, and how it is encrypted.
func (c pfxContent) safe(left *Budget) (pfxSafe, error) {
	var safe pfxSafe
	switch c.Type.String() {
	case oidData:
		if _, err := asn1.Unmarshal(c.Content.Bytes, &safe.bags); err != nil {
			return safe, damaged("part.p12", err)
		}
		return safe, nil
	case oidEncryptedData:
		var e struct {
			Version int
			Content struct {
				Type      asn1.ObjectIdentifier
				Algorithm pkix.AlgorithmIdentifier
				Data      []byte `asn1:"tag:0,optional"`
			}
		}
		if _, err := asn1.Unmarshal(c.Content.Bytes, &e); err != nil {
			return safe, damaged("part.p12", err)
		}
		s, err := PFXScheme(e.Content.Algorithm)
		if err != nil {
			return safe, err
		}
		return pfxSafe{bags: e.Content.Data, scheme: &s}, left.spend(s.iterations)
	}
	return safe, unsupported("p12-signed")
}

// inPFX words what a key's reader found wrong for the file that the key is in.
func inPFX(err error) error {
	if err == nil {
		return nil
	}
	switch p := problem.Of(err); p.Key() {
	case "file-unsupported.cipher.key":
		return unsupportedAlgorithm("cipher.p12", p.Params["algorithm"])
	case "file-damaged.part.key":
		return damaged("part.p12", err)
	}
	return err
}
