package pbe

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the default of RFC 8018; such files are only read
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
)

const (
	oidPBKDF2 = "1.2.840.113549.1.5.12"

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

// pbes2 is RFC 8018 section 6.2: PBKDF2 for the key, and a block
// cipher in CBC mode.
func pbes2(parameters []byte) (Scheme, error) {
	var p pbes2Params
	if _, err := asn1.Unmarshal(parameters, &p); err != nil {
		return Scheme{}, damaged("part.key", err)
	}
	cbc, ok := cbcCipherOf(p.Cipher.Algorithm.String())
	if !ok {
		return Scheme{}, unsupportedAlgorithm("cipher.key", algorithmName(p.Cipher.Algorithm.String()))
	}
	var iv []byte
	if _, err := asn1.Unmarshal(p.Cipher.Parameters.FullBytes, &iv); err != nil {
		return Scheme{}, damaged("part.key", err)
	}
	kdf, iterations, err := kdfOf(p.KDF, cbc.keySize)
	if err != nil {
		return Scheme{}, err
	}
	derive := func(password []byte) ([]byte, []byte, error) {
		key, err := kdf(password)
		return key, iv, err
	}
	return Scheme{iterations: iterations, Derive: derive, NewBlock: cbc.newBlock}, nil
}

// kdf derives a key from a password.
type kdf func(password []byte) ([]byte, error)

// kdfOf reads PBKDF2. scrypt (RFC 7914) and others are named.
func kdfOf(algorithm pkix.AlgorithmIdentifier, size int) (kdf, int, error) {
	if id := algorithm.Algorithm.String(); id != oidPBKDF2 {
		return nil, 0, unsupportedAlgorithm("cipher.key", algorithmName(id))
	}
	var p pbkdf2Params
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &p); err != nil {
		return nil, 0, damaged("part.key", err)
	}
	newHash, ok := prfOf(p.PRF.Algorithm)
	if !ok {
		return nil, 0, unsupportedAlgorithm("cipher.key", algorithmName(p.PRF.Algorithm.String()))
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
	case "1.2.840.113549.2.12":
		return sha512.New512_224, true
	case "1.2.840.113549.2.13":
		return sha512.New512_256, true
	}
	return nil, false
}
