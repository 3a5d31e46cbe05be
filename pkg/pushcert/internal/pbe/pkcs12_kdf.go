package pbe

import (
	"bytes"
	"encoding/binary"
	"hash"
	"math/big"
	"unicode/utf16"
)

// What a key derived as in RFC 7292 is for (appendix B.3).
const (
	pkcs12ForKey = 1
	pkcs12ForIV  = 2
)

// PKCS12Key derives size bytes from a password, as RFC 7292 appendix B.2 says.
func PKCS12Key(newHash func() hash.Hash, password, salt []byte, iterations int, purpose byte, size int) []byte {
	h := newHash()
	block := h.BlockSize()
	input := append(repeated(salt, block), repeated(bmpString(password), block)...)
	diversifier := bytes.Repeat([]byte{purpose}, block)
	modulus := new(big.Int).Lsh(big.NewInt(1), 8*uint(block))
	var key []byte
	for {
		h.Reset()
		h.Write(diversifier)
		h.Write(input)
		sum := h.Sum(nil)
		for range iterations - 1 {
			h.Reset()
			h.Write(sum)
			sum = h.Sum(sum[:0])
		}
		key = append(key, sum...)
		if len(key) >= size {
			return key[:size]
		}
		step := new(big.Int).SetBytes(repeated(sum, block)[:block])
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

// bmpString is a UTF-8 password in UTF-16 with two zero bytes (appendix B.1): a BMPString
// where all characters are in the BMP, and beyond it what openssl and NSS write. No password
// at all, nil, is nothing.
func bmpString(password []byte) []byte {
	if password == nil {
		return nil
	}
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(password))) {
		out = binary.BigEndian.AppendUint16(out, unit)
	}
	return append(out, 0, 0)
}
