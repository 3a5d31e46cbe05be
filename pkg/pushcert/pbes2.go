package pushcert

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the default of RFC 8018; such files are only read
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"

	"golang.org/x/crypto/scrypt"
)

const (
	oidPBKDF2 = "1.2.840.113549.1.5.12"
	oidScrypt = "1.3.6.1.4.1.11591.4.11"

	oidHMACSHA1   = "1.2.840.113549.2.7"
	oidHMACSHA224 = "1.2.840.113549.2.8"
	oidHMACSHA256 = "1.2.840.113549.2.9"
	oidHMACSHA384 = "1.2.840.113549.2.10"
	oidHMACSHA512 = "1.2.840.113549.2.11"
)

// pbes2Params are how a key is derived, and what it is used with.
type pbes2Params struct{ KDF, Cipher pkix.AlgorithmIdentifier }

// pbkdf2Params are RFC 8018 appendix A.2.
type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	KeyLength  int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

// pbes2 is RFC 8018 section 6.2: PBKDF2 or scrypt (RFC 7914) for the key, and a
// block cipher in CBC mode.
func pbes2(parameters []byte) (scheme, error) {
	var p pbes2Params
	if _, err := asn1.Unmarshal(parameters, &p); err != nil {
		return scheme{}, damaged("key", err)
	}
	cbc, ok := cbcCipherOf(p.Cipher.Algorithm.String())
	if !ok {
		return scheme{}, unsupportedAlgorithm("key-cipher", algorithmName(p.Cipher.Algorithm.String()))
	}
	var iv []byte
	if _, err := asn1.Unmarshal(p.Cipher.Parameters.FullBytes, &iv); err != nil {
		return scheme{}, damaged("key", err)
	}
	kdf, iterations, err := kdfOf(p.KDF, cbc.keySize)
	if err != nil {
		return scheme{}, err
	}
	derive := func(password []byte) ([]byte, []byte, error) {
		key, err := kdf(password)
		return key, iv, err
	}
	return scheme{iterations: iterations, derive: derive, newBlock: cbc.newBlock}, nil
}

// kdf derives a key from a password.
type kdf func(password []byte) ([]byte, error)

func kdfOf(algorithm pkix.AlgorithmIdentifier, size int) (kdf, int, error) {
	switch id := algorithm.Algorithm.String(); id {
	case oidPBKDF2:
		return pbkdf2Of(algorithm.Parameters.FullBytes, size)
	case oidScrypt:
		return scryptOf(algorithm.Parameters.FullBytes, size)
	default:
		return nil, 0, unsupportedAlgorithm("key-cipher", algorithmName(id))
	}
}

func pbkdf2Of(parameters []byte, size int) (kdf, int, error) {
	var p pbkdf2Params
	if _, err := asn1.Unmarshal(parameters, &p); err != nil {
		return nil, 0, damaged("key", err)
	}
	newHash, ok := prfOf(p.PRF.Algorithm)
	if !ok {
		return nil, 0, unsupportedAlgorithm("key-cipher", algorithmName(p.PRF.Algorithm.String()))
	}
	return func(password []byte) ([]byte, error) {
		return pbkdf2.Key(newHash, string(password), p.Salt, p.Iterations, size)
	}, p.Iterations, nil
}

func prfOf(id asn1.ObjectIdentifier) (func() hash.Hash, bool) {
	switch id.String() {
	case "", oidHMACSHA1: // absent means HMAC-SHA-1
		return sha1.New, true
	case oidHMACSHA224:
		return sha256.New224, true
	case oidHMACSHA256:
		return sha256.New, true
	case oidHMACSHA384:
		return sha512.New384, true
	case oidHMACSHA512:
		return sha512.New, true
	}
	return nil, false
}

// scryptOf reads scrypt's parameters. Its memory has a limit of its own; its work
// counts among the iterations, of which each takes about as long.
func scryptOf(parameters []byte, size int) (kdf, int, error) {
	var p struct {
		Salt      []byte
		N, R, P   int
		KeyLength int `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(parameters, &p); err != nil {
		return nil, 0, damaged("key", err)
	}
	if p.N < 2 || p.R < 1 || p.P < 1 {
		return nil, 0, damaged("key", nil)
	}
	if p.R > maxScryptMemory/p.N || p.P > maxScryptWork/(p.N*p.R) {
		return nil, 0, tooCostly()
	}
	return func(password []byte) ([]byte, error) {
		key, err := scrypt.Key(password, p.Salt, p.N, p.R, p.P, size)
		if err != nil {
			return nil, damaged("key", err)
		}
		return key, nil
	}, p.N * p.R * p.P, nil
}
