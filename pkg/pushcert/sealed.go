package pushcert

import (
	"bytes"
	"crypto/cipher"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
)

// errWrongPassword is what a decryption that came to nonsense means.
var errWrongPassword = errors.New("the password does not open it")

// sealed is an encrypted private key with the algorithm that opens it.
//
// It stands here instead of github.com/youmark/pkcs8, which panics on a wrong
// initialisation vector or a short cipher text, takes any cost that a file names,
// and knows neither HMAC-SHA-512 nor the older schemes.
type sealed struct {
	scheme scheme
	data   []byte
}

// scheme turns a password into a cipher.
type scheme struct {
	iterations int
	derive     func(password []byte) (key, iv []byte, err error)
	newBlock   func(key []byte) (cipher.Block, error)
}

// parseSealed reads EncryptedPrivateKeyInfo (RFC 5958 section 3) and takes what
// opening it costs from left.
func parseSealed(der []byte, left *budget) (*sealed, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	if len(der) > maxKeySize {
		return nil, unsupported("key-size")
	}
	if rest, err := asn1.Unmarshal(der, &info); err != nil || len(rest) > 0 {
		return nil, damaged("key", err)
	}
	s, err := schemeOf(info.Algorithm)
	if err != nil {
		return nil, err
	}
	if err := left.spend(s.iterations); err != nil {
		return nil, err
	}
	return &sealed{scheme: s, data: info.Data}, nil
}

// open decrypts in CBC mode and takes the padding off (RFC 8018 section 6.1.1).
func (s *sealed) open(password []byte) ([]byte, error) {
	key, iv, err := s.scheme.derive(password)
	if err != nil {
		return nil, err
	}
	block, err := s.scheme.newBlock(key)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(s.data) == 0 || len(s.data)%size != 0 {
		return nil, damaged("key", nil)
	}
	plain := make([]byte, len(s.data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, s.data)
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > size || !bytes.Equal(plain[len(plain)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, errWrongPassword
	}
	return plain[:len(plain)-pad], nil
}
