package pushcert

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"strconv"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
)

const (
	unsizedOctet = 0x80
	// explicitVersion begins every certificate of version 2 or 3: [0], constructed.
	explicitVersion asn1.Tag = 0xA0

	maxRSABits = 16384 // arithmetic with larger keys takes minutes
)

var errTrailing = errors.New("data after the end")

// der reads one element after the other: some programs write chains of bare DER.
func (r *reader) der(data []byte) error {
	for {
		cut := cutElement
		if len(data) > 1 && data[1] == unsizedOctet {
			cut = cutBER
		}
		element, rest, err := cut(data)
		if err != nil {
			return err
		}
		if err := r.element(element); err != nil {
			return err
		}
		rest = bytes.TrimLeft(rest, "\x00\r\n")
		switch {
		case len(rest) == 0:
			return nil
		case rest[0] != ber.Sequence:
			return damaged("trailing", errTrailing)
		}
		data = rest
	}
}

// cutElement takes the first DER element off data.
func cutElement(data []byte) (element, rest []byte, err error) {
	header, length, err := ber.Header(data)
	switch {
	case err != nil || length == ber.Unsized:
		return nil, nil, damaged("part.der", err)
	case length > len(data)-header:
		return nil, nil, problem.Say(problem.FileDamaged, "truncated", problem.Params{
			"size": strconv.Itoa(len(data)), "expected": strconv.Itoa(header + length),
		})
	}
	return data[:header+length], data[header+length:], nil
}

// cutBER takes the first element off data that is written in BER with an open length.
func cutBER(data []byte) (element, rest []byte, err error) {
	if element, rest, err = ber.ToDER(data); err != nil {
		return nil, nil, damaged("part.der", err)
	}
	return element, rest, nil
}

// element tells apart what begins with a SEQUENCE, by the tags of its members.
func (r *reader) element(der []byte) error {
	members := cryptobyte.String(der)
	if !members.ReadASN1(&members, asn1.SEQUENCE) {
		return damaged("part.der", nil)
	}
	var first, second cryptobyte.String
	var firstTag, secondTag asn1.Tag
	if !members.ReadAnyASN1(&first, &firstTag) || !members.ReadAnyASN1(&second, &secondTag) {
		return unrecognised("binary")
	}
	switch firstTag {
	case asn1.OBJECT_IDENTIFIER:
		return r.cms(der)
	case asn1.INTEGER:
		return r.versioned(der, first, second, secondTag)
	case asn1.SEQUENCE:
		return r.signed(der, first, secondTag)
	}
	return unrecognised("binary")
}

// versioned reads what begins with a version: private keys and PKCS #12.
func (r *reader) versioned(der []byte, version, second cryptobyte.String, secondTag asn1.Tag) error {
	switch secondTag {
	case asn1.INTEGER:
		return r.plainKey(der, formatPKCS1)
	case asn1.OCTET_STRING:
		return r.plainKey(der, formatSEC1)
	case asn1.SEQUENCE:
		if bytes.Equal(version, []byte{pbe.PFXVersion}) && second.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) {
			return r.pkcs12(der)
		}
		return r.plainKey(der, formatPKCS8)
	}
	return unrecognised("binary")
}

// signed reads what begins with a SEQUENCE: certificates, signing requests and
// revocation lists, and beside them encrypted and public keys.
func (r *reader) signed(der []byte, first cryptobyte.String, secondTag asn1.Tag) error {
	if first.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) {
		switch secondTag {
		case asn1.OCTET_STRING:
			return r.encryptedKey(der)
		case asn1.BIT_STRING:
			return unrecognised("other.public-key")
		}
		return unrecognised("binary")
	}
	if !first.PeekASN1Tag(explicitVersion) {
		if request, err := ParseCSR(der); err == nil {
			return r.csr(request)
		}
		if _, err := x509.ParseRevocationList(der); err == nil {
			return unrecognised("other.crl")
		}
	}
	if isCSR := first.PeekASN1Tag(asn1.INTEGER) && bytes.HasPrefix(first, []byte("\x02\x01\x00")); isCSR {
		_, err := ParseCSR(der)
		return err
	}
	return r.certificate(der)
}

func (r *reader) certificate(der []byte) error {
	c, err := ParseCertificate(der)
	if err != nil {
		return err
	}
	if err := boundRSA(c.X509.PublicKey); err != nil {
		return err
	}
	r.file.Certificates = append(r.file.Certificates, c)
	return nil
}

func (r *reader) csr(request *CSR) error {
	if err := boundRSA(request.X509.PublicKey); err != nil {
		return err
	}
	switch first := r.file.CSR; {
	case first == nil:
		r.file.CSR = request
	case !bytes.Equal(first.X509.Raw, request.X509.Raw) && !problem.Has(r.file.Findings, problem.SeveralCertificates):
		r.file.found(problem.FoundAs(problem.SeveralCertificates, "csr", problem.Warning, nil))
	}
	return nil
}

// boundRSA refuses keys so large that one signature check would not end.
func boundRSA(key any) error {
	if k, ok := key.(*rsa.PublicKey); ok && k.N.BitLen() > maxRSABits {
		return problem.Say(problem.FileUnsupported, "key-size", problem.Params{"bits": strconv.Itoa(k.N.BitLen())})
	}
	return nil
}
