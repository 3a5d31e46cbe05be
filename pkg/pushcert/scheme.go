package pushcert

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"  //nolint:gosec // what old key files are encrypted with; nothing is written with it
	"crypto/md5"  //nolint:gosec // keys of the 1990s are encrypted so; they are only read
	"crypto/sha1" //nolint:gosec // as above
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
)

// The encryption schemes of private keys, by object identifier (RFC 8018 appendix
// A, RFC 7292 appendix C, NIST's AES arc).
const (
	oidPBES2        = "1.2.840.113549.1.5.13"
	oidMD5AndDES    = "1.2.840.113549.1.5.3"
	oidSHA1AndDES   = "1.2.840.113549.1.5.10"
	oidSHA1And3DES  = "1.2.840.113549.1.12.1.3"
	oidSHA1AndRC240 = "1.2.840.113549.1.12.1.6"
	oidSHA1AndRC2   = "1.2.840.113549.1.12.1.5"
)

// schemeOf reads the algorithm of an encrypted private key.
func schemeOf(algorithm pkix.AlgorithmIdentifier) (scheme, error) {
	switch id := algorithm.Algorithm.String(); id {
	case oidPBES2:
		return pbes2(algorithm.Parameters.FullBytes)
	case oidMD5AndDES:
		return pbes1(algorithm.Parameters.FullBytes, md5.New)
	case oidSHA1AndDES:
		return pbes1(algorithm.Parameters.FullBytes, sha1.New)
	case oidSHA1And3DES:
		return pkcs12PBE(algorithm.Parameters.FullBytes)
	default:
		return scheme{}, unsupportedAlgorithm("key-cipher", algorithmName(id))
	}
}

// pbeParams are the parameters of all schemes older than PBES2.
type pbeParams struct {
	Salt       []byte
	Iterations int
}

// pbes1 is RFC 8018 section 6.1: a hash repeated, half key and half vector, DES.
func pbes1(parameters []byte, newHash func() hash.Hash) (scheme, error) {
	var p pbeParams
	if _, err := asn1.Unmarshal(parameters, &p); err != nil {
		return scheme{}, damaged("key", err)
	}
	derive := func(password []byte) (key, iv []byte, err error) {
		h := newHash()
		h.Write(password)
		h.Write(p.Salt)
		sum := h.Sum(nil)
		for range p.Iterations - 1 {
			h.Reset()
			h.Write(sum)
			sum = h.Sum(sum[:0])
		}
		return sum[:des.BlockSize], sum[des.BlockSize : 2*des.BlockSize], nil
	}
	return scheme{iterations: p.Iterations, derive: derive, newBlock: des.NewCipher}, nil
}

// pkcs12PBE is pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C).
func pkcs12PBE(parameters []byte) (scheme, error) {
	var p pbeParams
	if _, err := asn1.Unmarshal(parameters, &p); err != nil {
		return scheme{}, damaged("key", err)
	}
	derive := func(password []byte) (key, iv []byte, err error) {
		return pkcs12Key(password, p.Salt, p.Iterations, pkcs12ForKey, 24),
			pkcs12Key(password, p.Salt, p.Iterations, pkcs12ForIV, des.BlockSize), nil
	}
	return scheme{iterations: p.Iterations, derive: derive, newBlock: des.NewTripleDESCipher}, nil
}

// cbcCipher is a cipher of PBES2 (RFC 8018 appendix B.2).
type cbcCipher struct {
	keySize  int
	newBlock func([]byte) (cipher.Block, error)
	aes      bool
}

func cbcCipherOf(id string) (cbcCipher, bool) {
	switch id {
	case "2.16.840.1.101.3.4.1.2":
		return cbcCipher{16, aes.NewCipher, true}, true
	case "2.16.840.1.101.3.4.1.22":
		return cbcCipher{24, aes.NewCipher, true}, true
	case "2.16.840.1.101.3.4.1.42":
		return cbcCipher{32, aes.NewCipher, true}, true
	case "1.2.840.113549.3.7":
		return cbcCipher{24, des.NewTripleDESCipher, false}, true
	case "1.3.14.3.2.7":
		return cbcCipher{des.BlockSize, des.NewCipher, false}, true
	}
	return cbcCipher{}, false
}

// algorithmName is the usual name of an algorithm that a message must name, or
// its dotted number.
func algorithmName(id string) string {
	names := map[string]string{
		oidSHA1AndRC240:           "PBE-SHA1-RC2-40",
		oidSHA1AndRC2:             "PBE-SHA1-RC2-128",
		"1.2.840.113549.1.12.1.1": "PBE-SHA1-RC4-128",
		"1.2.840.113549.1.12.1.2": "PBE-SHA1-RC4-40",
		"1.2.840.113549.1.12.1.4": "PBE-SHA1-2DES",
		"1.2.840.113549.1.5.1":    "PBE-MD2-DES",
		"1.2.840.113549.1.5.6":    "PBE-MD5-RC2-64",
		"1.2.840.113549.1.5.11":   "PBE-SHA1-RC2-64",
		"1.2.840.113549.3.2":      "RC2-CBC",
		"2.16.840.1.101.3.4.1.46": "AES-256-GCM",
		"1.2.840.113549.3.7":      "3DES-CBC",
		"1.3.14.3.2.7":            "DES-CBC",
		oidScrypt:                 "scrypt",
		oidHMACSHA224:             "HMAC-SHA-224",
		oidHMACSHA384:             "HMAC-SHA-384",
		"2.16.840.1.101.3.4.2.2":  "SHA-384",
		"2.16.840.1.101.3.4.2.4":  "SHA-224",
		"1.2.840.113549.2.5":      "MD5",
	}
	if name, ok := names[id]; ok {
		return name
	}
	return id
}
