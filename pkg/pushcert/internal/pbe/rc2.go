package pbe

import (
	"crypto/cipher"
	"encoding/binary"
	"math/bits"
)

// rc2 is the cipher of RFC 2268, with which Keychain, Windows and Java have encrypted the
// certificates of PKCS #12 files for twenty years. It protects nothing, and is only read.
type rc2 struct{ k [64]uint16 }

// rc2Block is the size of a block in bytes.
const rc2Block = 8

// rc2Pi is the table of RFC 2268, section 2.
const rc2Pi = "" +
	"\xd9\x78\xf9\xc4\x19\xdd\xb5\xed\x28\xe9\xfd\x79\x4a\xa0\xd8\x9d\xc6\x7e\x37\x83\x2b\x76\x53\x8e\x62\x4c\x64\x88\x44\x8b\xfb\xa2" +
	"\x17\x9a\x59\xf5\x87\xb3\x4f\x13\x61\x45\x6d\x8d\x09\x81\x7d\x32\xbd\x8f\x40\xeb\x86\xb7\x7b\x0b\xf0\x95\x21\x22\x5c\x6b\x4e\x82" +
	"\x54\xd6\x65\x93\xce\x60\xb2\x1c\x73\x56\xc0\x14\xa7\x8c\xf1\xdc\x12\x75\xca\x1f\x3b\xbe\xe4\xd1\x42\x3d\xd4\x30\xa3\x3c\xb6\x26" +
	"\x6f\xbf\x0e\xda\x46\x69\x07\x57\x27\xf2\x1d\x9b\xbc\x94\x43\x03\xf8\x11\xc7\xf6\x90\xef\x3e\xe7\x06\xc3\xd5\x2f\xc8\x66\x1e\xd7" +
	"\x08\xe8\xea\xde\x80\x52\xee\xf7\x84\xaa\x72\xac\x35\x4d\x6a\x2a\x96\x1a\xd2\x71\x5a\x15\x49\x74\x4b\x9f\xd0\x5e\x04\x18\xa4\xec" +
	"\xc2\xe0\x41\x6e\x0f\x51\xcb\xcc\x24\x91\xaf\x50\xa1\xf4\x70\x39\x99\x7c\x3a\x85\x23\xb8\xb4\x7a\xfc\x02\x36\x5b\x25\x55\x97\x31" +
	"\x2d\x5d\xfa\x98\xe3\x8a\x92\xae\x05\xdf\x29\x10\x67\x6c\xba\xc9\xd3\x00\xe6\xcf\xe1\x9e\xa8\x2c\x63\x16\x01\x3f\x58\xe2\x89\xa9" +
	"\x0d\x38\x34\x1b\xab\x33\xff\xb0\xbb\x48\x0c\x5f\xb9\xb1\xcd\x2e\xc5\xf3\xdb\x47\xe5\xa5\x9c\x77\x0a\xa6\x20\x68\xfe\x7f\xc1\xad"

// newRC2 expands a key whose bits all count (RFC 2268, section 2).
func newRC2(key []byte) (cipher.Block, error) {
	var l [128]byte
	n := copy(l[:], key)
	for i := n; i < len(l); i++ {
		l[i] = rc2Pi[l[i-1]+l[i-n]]
	}
	first := len(l) - n
	l[first] = rc2Pi[l[first]]
	for i := first - 1; i >= 0; i-- {
		l[i] = rc2Pi[l[i+1]^l[i+n]]
	}
	c := new(rc2)
	for i := range c.k {
		c.k[i] = binary.LittleEndian.Uint16(l[2*i:])
	}
	return c, nil
}

// BlockSize implements [cipher.Block].
func (*rc2) BlockSize() int { return rc2Block }

// rc2Rotations are by how many bits each word turns in a mixing round.
const rc2Rotations = "\x01\x02\x03\x05"

// Encrypt implements [cipher.Block] (RFC 2268, section 3).
func (c *rc2) Encrypt(dst, src []byte) {
	r := rc2Words(src)
	for i := range c.k {
		n := i % 4
		x := r[n] + c.k[i] + r[(n+3)%4]&r[(n+2)%4] + ^r[(n+3)%4]&r[(n+1)%4]
		r[n] = bits.RotateLeft16(x, int(rc2Rotations[n]))
		if i == 19 || i == 43 { // after the fifth and the eleventh round
			for n := range r {
				r[n] += c.k[r[(n+3)%4]&63]
			}
		}
	}
	rc2Put(dst, r)
}

// Decrypt implements [cipher.Block] (RFC 2268, section 4).
func (c *rc2) Decrypt(dst, src []byte) {
	r := rc2Words(src)
	for i := len(c.k) - 1; i >= 0; i-- {
		if i == 19 || i == 43 {
			for n := 3; n >= 0; n-- {
				r[n] -= c.k[r[(n+3)%4]&63]
			}
		}
		n := i % 4
		x := bits.RotateLeft16(r[n], -int(rc2Rotations[n]))
		r[n] = x - c.k[i] - r[(n+3)%4]&r[(n+2)%4] - ^r[(n+3)%4]&r[(n+1)%4]
	}
	rc2Put(dst, r)
}

func rc2Words(block []byte) (r [4]uint16) {
	for n := range r {
		r[n] = binary.LittleEndian.Uint16(block[2*n:])
	}
	return r
}

func rc2Put(dst []byte, r [4]uint16) {
	for n, word := range r {
		binary.LittleEndian.PutUint16(dst[2*n:], word)
	}
}
