package pbe

import (
	"bytes"
	"crypto/cipher"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
)

// ErrPassword is what a decryption that came to nonsense means.
var ErrPassword = errors.New("the password does not open it")

// maxSealedSize bounds an encrypted key: one of RSA with 16384 bits takes 9,300 bytes.
const maxSealedSize = 10 << 10

// Key is an encrypted private key with the algorithm that opens it.
//
// It stands here instead of github.com/youmark/pkcs8, which panics on a wrong
// initialisation vector or a short cipher text, takes any cost that a file names,
// and does not know HMAC-SHA-512.
type Key struct {
	scheme Scheme
	data   []byte
}

// Scheme turns a password into a cipher.
type Scheme struct {
	iterations int
	Derive     func(password []byte) (key, iv []byte, err error)
	NewBlock   func(key []byte) (cipher.Block, error)
}

// ParseKey reads EncryptedPrivateKeyInfo (RFC 5958 section 3) of a key that stands alone, and
// takes what opening it costs from left.
func ParseKey(der []byte, left *Budget) (*Key, error) {
	return parseSealed(der, keyScheme, left)
}

// schemeReader reads the algorithm of an encrypted key: [keyScheme] or [PFXScheme].
type schemeReader func(pkix.AlgorithmIdentifier) (Scheme, error)

// parseSealed reads a key with the schemes that are known where it stands.
func parseSealed(der []byte, schemeOf schemeReader, left *Budget) (*Key, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	if len(der) > maxSealedSize {
		return nil, unsupported("key-size")
	}
	if rest, err := asn1.Unmarshal(der, &info); err != nil || len(rest) > 0 {
		return nil, damaged("part.key", err)
	}
	s, err := schemeOf(info.Algorithm)
	if err != nil {
		return nil, err
	}
	if err := left.spend(s.iterations); err != nil {
		return nil, err
	}
	return &Key{scheme: s, data: info.Data}, nil
}

// Open decrypts in CBC mode and takes the padding off (RFC 8018 section 6.1.1).
func (s *Key) Open(password []byte) ([]byte, error) {
	key, iv, err := s.scheme.Derive(password)
	if err != nil {
		return nil, err
	}
	block, err := s.scheme.NewBlock(key)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(s.data) == 0 || len(s.data)%size != 0 {
		return nil, damaged("part.key", nil)
	}
	plain := make([]byte, len(s.data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, s.data)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > size || !bytes.Equal(plain[len(plain)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, ErrPassword
	}
	return plain[:len(plain)-pad], nil
}
