package pbe

import (
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // old files prove their password with it
	"crypto/sha1" //nolint:gosec // the one that Keychain and Windows write
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

const oidPBMAC1 = "1.2.840.113549.1.5.14"

// ForMAC is what a key is for (RFC 7292 appendix B.3).
const ForMAC = 3

// pfxCheck is what tells the right password of a PKCS #12 file from a wrong one.
type pfxCheck struct {
	want   []byte
	hash   func() hash.Hash
	derive kdf
}

// check reads how the MAC is made (RFC 7292 section 5.1, or PBMAC1 of RFC 9579). It is nil
// for a file without one.
func (m pfxMAC) check(left *Budget) (*pfxCheck, error) {
	c := &pfxCheck{want: m.Digest.Value}
	id := m.Digest.Algorithm.Algorithm.String()
	switch id {
	case "":
		return nil, nil //nolint:nilnil // there is none, and that is no error
	case oidPBMAC1:
		return c, c.pbmac1(m.Digest.Algorithm, left)
	}
	var ok bool
	if c.hash, ok = digestOf(id); !ok {
		return nil, unsupportedAlgorithm("cipher.p12.mac", algorithmName(id))
	}
	c.derive = func(password []byte) ([]byte, error) {
		return PKCS12Key(c.hash, password, m.Salt, m.Iterations, ForMAC, c.hash().Size()), nil
	}
	return c, left.spend(m.Iterations)
}

// pbmac1 reads the parameters of PBMAC1, which say all that the MAC's own would.
func (c *pfxCheck) pbmac1(algorithm pkix.AlgorithmIdentifier, left *Budget) error {
	var p struct{ KDF, MAC pkix.AlgorithmIdentifier }
	var derived pbkdf2Params
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &p); err != nil {
		return damaged("part.p12", err)
	}
	if id := p.KDF.Algorithm.String(); id != oidPBKDF2 {
		return unsupportedAlgorithm("cipher.p12.mac", algorithmName(id))
	}
	if _, err := asn1.Unmarshal(p.KDF.Parameters.FullBytes, &derived); err != nil {
		return damaged("part.p12", err)
	}
	if derived.KeyLength < 1 || derived.KeyLength > maxSealedSize {
		return damaged("part.p12", nil) // RFC 9579 section 4: it must be there
	}
	var ok bool
	if c.hash, ok = prfOf(p.MAC.Algorithm); !ok {
		return unsupportedAlgorithm("cipher.p12.mac", algorithmName(p.MAC.Algorithm.String()))
	}
	derive, iterations, err := kdfOf(p.KDF, derived.KeyLength)
	if p, ok := errors.AsType[*problem.Error](err); ok && p.Code == problem.FileUnsupported {
		return unsupportedAlgorithm("cipher.p12.mac", p.Params["algorithm"])
	}
	if err != nil {
		return err
	}
	c.derive = derive
	return left.spend(iterations)
}

// passes tells whether a password is the right one.
func (c *pfxCheck) passes(content, password []byte) (bool, error) {
	key, err := c.derive(password)
	if err != nil {
		return false, err
	}
	mac := hmac.New(c.hash, key)
	mac.Write(content)
	return hmac.Equal(mac.Sum(nil), c.want), nil
}

// digestOf is a hash by its object identifier (RFC 8017 appendix B.1).
func digestOf(id string) (func() hash.Hash, bool) {
	switch id {
	case "1.2.840.113549.2.5":
		return md5.New, true
	case "1.3.14.3.2.26":
		return sha1.New, true
	case "2.16.840.1.101.3.4.2.4":
		return sha256.New224, true
	case "2.16.840.1.101.3.4.2.1":
		return sha256.New, true
	case "2.16.840.1.101.3.4.2.2":
		return sha512.New384, true
	case "2.16.840.1.101.3.4.2.3":
		return sha512.New, true
	case "2.16.840.1.101.3.4.2.5":
		return sha512.New512_224, true
	case "2.16.840.1.101.3.4.2.6":
		return sha512.New512_256, true
	}
	return nil, false
}
