package pushcert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pfxVersion is the version of every PKCS #12 file since 1999.
const pfxVersion = 3

const (
	oidData          = "1.2.840.113549.1.7.1"
	oidEncryptedData = "1.2.840.113549.1.7.6"
	oidSealedKeyBag  = "1.2.840.113549.1.12.10.1.2"
	oidPBMAC1        = "1.2.840.113549.1.5.14"
)

// maxSafes is how many parts go-pkcs12 reads: one of certificates, one of the key.
const maxSafes = 2

// pfx is the outer shape of a PKCS #12 file (RFC 7292 section 4).
type pfx struct {
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

type pfxBag struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue `asn1:"tag:0,explicit"`
	Attrs asn1.RawValue `asn1:"set,optional"`
}

// checkPFX looks at the outside of a PKCS #12 file, before any password: it names
// exactly what go-pkcs12 does not read, and takes what opening it costs from left,
// since go-pkcs12 iterates as often as the file says.
func checkPFX(der []byte, left *budget) error {
	var p pfx
	if rest, err := asn1.Unmarshal(der, &p); err != nil || len(rest) > 0 {
		return damaged("p12", err)
	}
	if p.AuthSafe.Type.String() != oidData {
		return unsupported("p12-signed")
	}
	var inner []byte
	var safes []pfxContent
	if _, err := asn1.Unmarshal(p.AuthSafe.Content.Bytes, &inner); err != nil {
		return damaged("p12", err)
	}
	if _, err := asn1.Unmarshal(inner, &safes); err != nil {
		return damaged("p12", err)
	}
	if len(safes) > maxSafes {
		return problem.Say(problem.FileUnsupported, "p12-safes", problem.Params{"count": strconv.Itoa(len(safes))})
	}
	encrypted := false
	for _, s := range safes {
		algorithms, err := s.algorithms()
		if err != nil {
			return err
		}
		encrypted = encrypted || len(algorithms) > 0
		for _, a := range algorithms {
			if err := spendPBE(a, left); err != nil {
				return err
			}
		}
	}
	return p.MAC.check(encrypted, left)
}

// algorithms lists with what the visible parts of a safe are encrypted.
func (c pfxContent) algorithms() ([]pkix.AlgorithmIdentifier, error) {
	switch c.Type.String() {
	case oidEncryptedData:
		var e struct {
			Version int
			Content struct {
				Type      asn1.ObjectIdentifier
				Algorithm pkix.AlgorithmIdentifier
				Data      asn1.RawValue `asn1:"tag:0,optional"`
			}
		}
		if _, err := asn1.Unmarshal(c.Content.Bytes, &e); err != nil {
			return nil, damaged("p12", err)
		}
		return []pkix.AlgorithmIdentifier{e.Content.Algorithm}, nil
	case oidData:
		return c.keyAlgorithms()
	}
	return nil, unsupported("p12-signed")
}

func (c pfxContent) keyAlgorithms() ([]pkix.AlgorithmIdentifier, error) {
	var inner []byte
	var bags []pfxBag
	if _, err := asn1.Unmarshal(c.Content.Bytes, &inner); err != nil {
		return nil, damaged("p12", err)
	}
	if _, err := asn1.Unmarshal(inner, &bags); err != nil {
		return nil, damaged("p12", err)
	}
	var algorithms []pkix.AlgorithmIdentifier
	for _, b := range bags {
		if b.ID.String() != oidSealedKeyBag {
			continue
		}
		var key struct {
			Algorithm pkix.AlgorithmIdentifier
			Data      []byte
		}
		if _, err := asn1.Unmarshal(b.Value.Bytes, &key); err != nil {
			return nil, damaged("p12", err)
		}
		algorithms = append(algorithms, key.Algorithm)
	}
	return algorithms, nil
}

// spendPBE refuses a cipher that go-pkcs12 does not read, and takes its iterations.
func spendPBE(algorithm pkix.AlgorithmIdentifier, left *budget) error {
	readable := []string{oidSHA1And3DES, oidSHA1AndRC2, oidSHA1AndRC240}
	id := algorithm.Algorithm.String()
	if slices.Contains(readable, id) {
		var p pbeParams
		if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &p); err != nil {
			return damaged("p12", err)
		}
		return left.spend(p.Iterations)
	}
	if id != oidPBES2 {
		return unsupportedAlgorithm("p12-cipher", algorithmName(id))
	}
	var p pbes2Params
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &p); err != nil {
		return damaged("p12", err)
	}
	if c, ok := cbcCipherOf(p.Cipher.Algorithm.String()); !ok || !c.aes {
		return unsupportedAlgorithm("p12-cipher", algorithmName(p.Cipher.Algorithm.String()))
	}
	return spendPBKDF2(p.KDF, "p12-cipher", left)
}

// spendPBKDF2 refuses a key derivation that go-pkcs12 does not read, and takes its
// iterations.
func spendPBKDF2(algorithm pkix.AlgorithmIdentifier, why string, left *budget) error {
	if id := algorithm.Algorithm.String(); id != oidPBKDF2 {
		return unsupportedAlgorithm(why, algorithmName(id))
	}
	var p pbkdf2Params
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &p); err != nil {
		return damaged("p12", err)
	}
	readable := []string{"", oidHMACSHA1, oidHMACSHA256, oidHMACSHA512}
	if id := p.PRF.Algorithm.String(); !slices.Contains(readable, id) {
		return unsupportedAlgorithm(why, algorithmName(id))
	}
	return left.spend(p.Iterations)
}

// check refuses a MAC that go-pkcs12 does not verify. A file with neither MAC nor
// encryption is whole; one that is encrypted cannot tell a wrong password from damage.
func (m pfxMAC) check(encrypted bool, left *budget) error {
	id := m.Digest.Algorithm.Algorithm.String()
	switch id {
	case "":
		if encrypted {
			return unsupported("p12-no-mac")
		}
		return nil
	case "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3": // SHA-1, SHA-256, SHA-512
		return left.spend(m.Iterations)
	case oidPBMAC1:
		var p struct{ KDF, MAC pkix.AlgorithmIdentifier }
		if _, err := asn1.Unmarshal(m.Digest.Algorithm.Parameters.FullBytes, &p); err != nil {
			return damaged("p12", err)
		}
		return spendPBKDF2(p.KDF, "p12-mac", left)
	}
	return unsupportedAlgorithm("p12-mac", algorithmName(id))
}
