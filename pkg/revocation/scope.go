package revocation

import (
	"crypto/x509/pkix"
	"encoding/asn1"
)

// issuingPoint says which certificates a list is about (RFC 5280, 5.2.5).
type issuingPoint struct {
	Point struct {
		FullName []asn1.RawValue `asn1:"optional,tag:0"`
	} `asn1:"optional,tag:0"`
	OnlyUsers      bool           `asn1:"optional,tag:1"`
	OnlyCAs        bool           `asn1:"optional,tag:2"`
	OnlyReasons    asn1.BitString `asn1:"optional,tag:3"`
	Indirect       bool           `asn1:"optional,tag:4"`
	OnlyAttributes bool           `asn1:"optional,tag:5"`
}

// about says why a list is not about every leaf of its issuer that names its address; empty for one
// that is. What it does not know and must not pass over is such a reason (RFC 5280, 5.2).
func about(extensions []pkix.Extension, address string) string {
	changes, scope := asn1.ObjectIdentifier{2, 5, 29, 27}, asn1.ObjectIdentifier{2, 5, 29, 28}
	for _, e := range extensions {
		switch {
		case e.Id.Equal(changes):
			return "it has only what has changed"
		case e.Id.Equal(scope):
			var p issuingPoint
			rest, err := asn1.Unmarshal(e.Value, &p)
			if err != nil || len(rest) > 0 || !p.isWhole(address) {
				return "it is about other certificates"
			}
		case e.Critical:
			return "it has an extension " + e.Id.String()
		}
	}
	return ""
}

// isWhole tells whether no leaf that names the address is left out.
func (p issuingPoint) isWhole(address string) bool {
	if p.OnlyCAs || p.Indirect || p.OnlyAttributes || p.OnlyReasons.BitLength > 0 {
		return false
	}
	const uri = 6 // GeneralName's choice
	for _, name := range p.Point.FullName {
		if name.Class == asn1.ClassContextSpecific && name.Tag == uri && string(name.Bytes) == address {
			return true
		}
	}
	return len(p.Point.FullName) == 0
}
