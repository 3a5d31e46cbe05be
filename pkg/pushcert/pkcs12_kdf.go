package pushcert

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // RFC 7292 names SHA-1; such keys are only read
	"encoding/binary"
	"math/big"
	"unicode/utf16"
)

// What a key derived as in RFC 7292 is for (appendix B.3).
const (
	pkcs12ForKey = 1
	pkcs12ForIV  = 2
)

// pkcs12Key derives size bytes from a password with SHA-1, as RFC 7292 appendix
// B.2 says. A private key may be encrypted so outside of a PKCS #12 file too.
func pkcs12Key(password, salt []byte, iterations int, purpose byte, size int) []byte {
	const block = sha1.BlockSize
	input := append(repeated(salt, block), repeated(bmpString(password), block)...)
	diversifier := bytes.Repeat([]byte{purpose}, block)
	modulus := new(big.Int).Lsh(big.NewInt(1), 8*block)
	var key []byte
	for {
		sum := sha1.Sum(append(bytes.Clone(diversifier), input...)) //nolint:gosec // RFC 7292 names SHA-1
		for range iterations - 1 {
			sum = sha1.Sum(sum[:]) //nolint:gosec // RFC 7292 names SHA-1
		}
		key = append(key, sum[:]...)
		if len(key) >= size {
			return key[:size]
		}
		step := new(big.Int).SetBytes(repeated(sum[:], block)[:block])
		step.Add(step, big.NewInt(1))
		for at := 0; at < len(input); at += block {
			part := new(big.Int).SetBytes(input[at : at+block])
			part.Add(part, step).Mod(part, modulus).FillBytes(input[at : at+block])
		}
	}
}

// repeated repeats b to the next multiple of block; nothing stays nothing.
func repeated(b []byte, block int) []byte {
	if len(b) == 0 {
		return nil
	}
	size := (len(b) + block - 1) / block * block
	return bytes.Repeat(b, size/len(b)+1)[:size]
}

// bmpString is a UTF-8 password in UTF-16 with two zero bytes (appendix B.1).
func bmpString(password []byte) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(password))) {
		out = binary.BigEndian.AppendUint16(out, unit)
	}
	return append(out, 0, 0)
}
