package pbe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"  //nolint:gosec // what old key files are encrypted with; nothing is written with it
	"crypto/sha1" //nolint:gosec // as above
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
)

// The encryption schemes of private keys, by object identifier (RFC 8018 appendix
// A, RFC 7292 appendix C, NIST's AES arc).
const (
	oidPBES2        = "1.2.840.113549.1.5.13"
	oidSHA1And3DES  = "1.2.840.113549.1.12.1.3"
	oidSHA1And2DES  = "1.2.840.113549.1.12.1.4"
	oidSHA1AndRC240 = "1.2.840.113549.1.12.1.6"
	oidSHA1AndRC2   = "1.2.840.113549.1.12.1.5"
)

// keyScheme reads the algorithm of a private key that stands alone. `openssl pkey` changes the
// schemes older than PBES2 into it, so that they are named and not read.
func keyScheme(algorithm pkix.AlgorithmIdentifier) (Scheme, error) {
	if id := algorithm.Algorithm.String(); id != oidPBES2 {
		return Scheme{}, unsupportedAlgorithm("cipher.key", algorithmName(id))
	}
	return pbes2(algorithm.Parameters.FullBytes)
}

// PFXScheme reads the algorithm of a part of a PKCS #12 file. Keychain, Windows and Java have
// written the old ones until a few years ago.
func PFXScheme(algorithm pkix.AlgorithmIdentifier) (Scheme, error) {
	switch algorithm.Algorithm.String() {
	case oidSHA1And3DES:
		return pkcs12PBE(algorithm.Parameters.FullBytes, 24, des.NewTripleDESCipher)
	case oidSHA1And2DES:
		return pkcs12PBE(algorithm.Parameters.FullBytes, 16, newDoubleDES)
	case oidSHA1AndRC2:
		return pkcs12PBE(algorithm.Parameters.FullBytes, 16, newRC2)
	case oidSHA1AndRC240:
		return pkcs12PBE(algorithm.Parameters.FullBytes, 5, newRC2)
	}
	return keyScheme(algorithm)
}

// pbeParams are the parameters of all schemes older than PBES2.
type pbeParams struct {
	Salt       []byte
	Iterations int
}

// pkcs12PBE are the schemes of RFC 7292 appendix C with a block cipher.
func pkcs12PBE(parameters []byte, size int, newBlock func([]byte) (cipher.Block, error)) (Scheme, error) {
	var p pbeParams
	if _, err := asn1.Unmarshal(parameters, &p); err != nil {
		return Scheme{}, damaged("part.key", err)
	}
	derive := func(password []byte) (key, iv []byte, err error) {
		return PKCS12Key(sha1.New, password, p.Salt, p.Iterations, pkcs12ForKey, size),
			PKCS12Key(sha1.New, password, p.Salt, p.Iterations, pkcs12ForIV, des.BlockSize), nil
	}
	return Scheme{iterations: p.Iterations, Derive: derive, NewBlock: newBlock}, nil
}

// newDoubleDES is triple DES whose third key is the first.
func newDoubleDES(key []byte) (cipher.Block, error) {
	return des.NewTripleDESCipher(slices.Concat(key, key[:des.BlockSize])) //nolint:gosec // only read, as above
}

// cbcCipher is a cipher of PBES2 (RFC 8018 appendix B.2).
type cbcCipher struct {
	keySize  int
	newBlock func([]byte) (cipher.Block, error)
}

func cbcCipherOf(id string) (cbcCipher, bool) {
	switch id {
	case "2.16.840.1.101.3.4.1.2":
		return cbcCipher{16, aes.NewCipher}, true
	case "2.16.840.1.101.3.4.1.22":
		return cbcCipher{24, aes.NewCipher}, true
	case "2.16.840.1.101.3.4.1.42":
		return cbcCipher{32, aes.NewCipher}, true
	case "1.2.840.113549.3.7":
		return cbcCipher{24, des.NewTripleDESCipher}, true
	case "1.3.14.3.2.7":
		return cbcCipher{des.BlockSize, des.NewCipher}, true
	}
	return cbcCipher{}, false
}

// algorithmName is the usual name of an algorithm that a message must name, or
// its dotted number.
func algorithmName(id string) string {
	names := map[string]string{
		"1.2.840.113549.1.12.1.1": "PBE-SHA1-RC4-128",
		"1.2.840.113549.1.12.1.2": "PBE-SHA1-RC4-40",
		oidSHA1And3DES:            "PBE-SHA1-3DES",
		oidSHA1And2DES:            "PBE-SHA1-2DES",
		oidSHA1AndRC2:             "PBE-SHA1-RC2-128",
		oidSHA1AndRC240:           "PBE-SHA1-RC2-40",
		"1.2.840.113549.1.5.1":    "PBE-MD2-DES",
		"1.2.840.113549.1.5.3":    "PBE-MD5-DES",
		"1.2.840.113549.1.5.10":   "PBE-SHA1-DES",
		"1.2.840.113549.1.5.6":    "PBE-MD5-RC2-64",
		"1.2.840.113549.1.5.11":   "PBE-SHA1-RC2-64",
		"1.2.840.113549.3.2":      "RC2-CBC",
		"2.16.840.1.101.3.4.1.46": "AES-256-GCM",
		"1.2.840.113549.3.7":      "3DES-CBC",
		"1.3.14.3.2.7":            "DES-CBC",
		"1.3.6.1.4.1.11591.4.11":  "scrypt",
		"2.16.840.1.101.3.4.2.8":  "SHA3-256",
	}
	if name, ok := names[id]; ok {
		return name
	}
	return id
}
