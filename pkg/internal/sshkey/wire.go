package sshkey

import (
	"encoding/binary"
	"math/big"
)

// reader reads SSH's data types (RFC 4251, section 5). What is missing or malformed is remembered until done.
type reader struct {
	rest   []byte
	failed bool
}

// uint32 is four bytes, the highest first.
func (r *reader) uint32() uint32 {
	if len(r.rest) < 4 {
		r.failed, r.rest = true, nil
		return 0
	}
	n := binary.BigEndian.Uint32(r.rest)
	r.rest = r.rest[4:]
	return n
}

// bytes is a "string": its length, and as many bytes.
func (r *reader) bytes() []byte {
	n := r.uint32()
	if uint64(n) > uint64(len(r.rest)) {
		r.failed, r.rest = true, nil
		return nil
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

// positive is an "mpint" above zero of at most so many bits.
func (r *reader) positive(bits int) *big.Int {
	field := r.bytes()
	n := new(big.Int).SetBytes(field)
	if n.Sign() == 0 || field[0] >= 0x80 || n.BitLen() > bits {
		r.failed = true
	}
	return n
}

// appendBytes writes a "string".
func appendBytes(to, field []byte) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(field))), field...)
}

// appendPositive writes an "mpint" above zero, whose highest bit is never set: it would be a sign.
func appendPositive(to []byte, n *big.Int) []byte {
	field := n.Bytes()
	if field[0] >= 0x80 {
		field = append([]byte{0}, field...)
	}
	return appendBytes(to, field)
}
