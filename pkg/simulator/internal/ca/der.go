package ca

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
)

// Apple's certificates differ from what crypto/x509 writes: other order of
// attributes, other string types, other order of extensions, nothing critical.
// Client code that depends on Go's habits must fail here, not at Apple. The
// types of this file give those bytes (apns-reference.md 2.1 and 2.6).

// attribute is one part of a distinguished name in a chosen string type.
type attribute struct {
	id    OID
	tag   int // asn1.TagUTF8String or asn1.TagPrintableString
	value string
}

// utf8Attribute is an attribute as Apple writes all but the country.
func utf8Attribute(id OID, value string) attribute {
	return attribute{id, asn1.TagUTF8String, value}
}

// printableAttribute is an attribute as Apple writes the country.
func printableAttribute(id OID, value string) attribute {
	return attribute{id, asn1.TagPrintableString, value}
}

// encodeName gives the DER of a name whose attributes stay in the order given.
func encodeName(attributes ...attribute) ([]byte, error) {
	var name pkix.RDNSequence
	for _, a := range attributes {
		value := asn1.RawValue{Tag: a.tag, Bytes: []byte(a.value)}
		name = append(name, pkix.RelativeDistinguishedNameSET{{Type: a.id.asn1(), Value: value}})
	}
	return asn1.Marshal(name)
}

// extensionValue is an extension before its value is written as DER.
type extensionValue struct {
	id       OID
	critical bool
	value    any
}

// encodeExtensions keeps the order given.
func encodeExtensions(values ...extensionValue) ([]pkix.Extension, error) {
	extensions := make([]pkix.Extension, 0, len(values))
	for _, v := range values {
		der, err := asn1.Marshal(v.value)
		if err != nil {
			return nil, fmt.Errorf("extension %s: %w", v.id, err)
		}
		extensions = append(extensions, pkix.Extension{Id: v.id.asn1(), Critical: v.critical, Value: der})
	}
	return extensions, nil
}

// basicConstraints of a certificate that is no authority is an empty sequence.
type basicConstraints struct {
	IsCA bool `asn1:"optional"`
}

// authorityKeyID names the issuer's key (RFC 5280 section 4.2.1.1).
type authorityKeyID struct {
	KeyID []byte `asn1:"optional,tag:0"`
}

// policyInformation holds Apple's two qualifiers in Apple's order (RFC 5280
// section 4.2.1.4 allows any).
type policyInformation struct {
	Policy     asn1.ObjectIdentifier
	Qualifiers policyQualifiers
}

type policyQualifiers struct {
	Notice userNotice
	CPS    certificationStatement
}

type userNotice struct {
	ID     asn1.ObjectIdentifier
	Notice struct {
		Text string `asn1:"utf8"`
	}
}

type certificationStatement struct {
	ID  asn1.ObjectIdentifier
	URI string `asn1:"ia5"`
}

// applePolicy is the certificate policy in the words of Apple's certificates.
func applePolicy() []policyInformation {
	policy := policyInformation{Policy: oidAppleCertPolicy.asn1()}
	policy.Qualifiers.Notice.ID = oidUserNotice.asn1()
	policy.Qualifiers.Notice.Notice.Text = "Reliance on this certificate by any party assumes acceptance of the then " +
		"applicable standard terms and conditions of use, certificate policy and certification practice statements."
	policy.Qualifiers.CPS.ID = oidCPS.asn1()
	policy.Qualifiers.CPS.URI = "http://www.apple.com/certificateauthority"
	return []policyInformation{policy}
}

// distributionPoint says where the revocation list lies (RFC 5280 section 4.2.1.13).
type distributionPoint struct {
	Name distributionPointName `asn1:"optional,tag:0"`
}

type distributionPointName struct {
	FullName []asn1.RawValue `asn1:"optional,tag:0"`
}

// crlAt is a single distribution point with a single URI.
func crlAt(uri string) []distributionPoint {
	const uniformResourceIdentifier = 6 // GeneralName's choice of that name
	name := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: uniformResourceIdentifier, Bytes: []byte(uri)}
	return []distributionPoint{{Name: distributionPointName{FullName: []asn1.RawValue{name}}}}
}

// keyUsage is a bit string with the given bits of RFC 5280 section 4.2.1.3 set.
func keyUsage(bits ...int) asn1.BitString {
	var usage byte
	length := 0
	for _, bit := range bits {
		usage |= 0x80 >> bit
		length = max(length, bit+1)
	}
	return asn1.BitString{Bytes: []byte{usage}, BitLength: length}
}

// Bits of the key usage extension.
const (
	bitDigitalSignature = 0
	bitCertificateSign  = 5
	bitCRLSign          = 6
)
