package plist

import (
	"encoding/binary"
	"unicode/utf16"
)

// BinaryMagic begins a binary property list of any version.
const BinaryMagic = "bplist0"

const (
	trailerSize = 32
)

// The kinds of objects in a binary property list: the high half of the marker
// byte (CFBinaryPList.c).
const (
	binarySingleton = 0x0
	binaryInteger   = 0x1
	binaryReal      = 0x2
	binaryDate      = 0x3
	binaryData      = 0x4
	binaryASCII     = 0x5
	binaryUTF16     = 0x6
	binaryUID       = 0x8
	binaryArray     = 0xA
	binaryDict      = 0xD
)

// binaryList reads a binary property list: objects, a table of their offsets, a
// trailer that says where the table is.
type binaryList struct {
	objects    []byte // all before the offset table
	table      []byte
	offsetSize int
	refSize    int
	count      uint64
	budget     int // references that may still be followed
	text       int // bytes of strings that may still be copied
}

// ReadBinary is [Read] of a binary property list.
func ReadBinary(data []byte) (any, error) {
	if len(data) < len(BinaryMagic)+1+trailerSize {
		return nil, errForm
	}
	body, trailer := data[:len(data)-trailerSize], data[len(data)-trailerSize:]
	p := binaryList{
		offsetSize: int(trailer[6]), refSize: int(trailer[7]),
		count:  binary.BigEndian.Uint64(trailer[8:]),
		budget: maxValues, text: maxText,
	}
	start := binary.BigEndian.Uint64(trailer[24:])
	if start > uint64(len(body)) || !isIntegerSize(p.offsetSize) || !isIntegerSize(p.refSize) {
		return nil, errForm
	}
	p.objects, p.table = body[:start], body[start:]
	if p.count > uint64(len(p.table)/p.offsetSize) {
		return nil, errForm
	}
	return p.object(binary.BigEndian.Uint64(trailer[16:]), 0)
}

func isIntegerSize(n int) bool { return n == 1 || n == 2 || n == 4 || n == 8 }

// object reads object number ref. The depth and the budget stop files that refer
// to themselves or to one object many times over.
func (p *binaryList) object(ref uint64, depth int) (any, error) {
	if p.budget--; p.budget < 0 || depth > MaxDepth {
		return nil, errLimit
	}
	if ref >= p.count {
		return nil, errForm
	}
	offset := bigEndian(p.table[ref*uint64(p.offsetSize):][:p.offsetSize])
	if offset >= uint64(len(p.objects)) {
		return nil, errForm
	}
	marker, rest := p.objects[offset], p.objects[offset+1:]
	switch kind := marker >> 4; kind {
	case binarySingleton:
		return marker == 0x9, nil
	case binaryInteger, binaryReal, binaryDate, binaryUID:
		return nil, nil
	case binaryData, binaryASCII, binaryUTF16:
		return p.scalar(kind, marker, rest)
	case binaryArray, binaryDict:
		return p.container(kind, marker, rest, depth)
	}
	return nil, errForm
}

func (p *binaryList) scalar(kind, marker byte, rest []byte) (any, error) {
	n, rest, err := binaryCount(marker, rest)
	if err != nil {
		return nil, err
	}
	if kind == binaryUTF16 {
		n *= 2
	}
	if n > uint64(len(rest)) {
		return nil, errForm
	}
	raw := rest[:n]
	if kind == binaryData {
		return raw, nil
	}
	if p.text -= len(raw); p.text < 0 {
		return nil, errLimit
	}
	if kind == binaryASCII {
		return string(raw), nil
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units)), nil
}

// container reads an array, or a dictionary: all references to keys, then all to
// values.
func (p *binaryList) container(kind, marker byte, rest []byte, depth int) (any, error) {
	n, rest, err := binaryCount(marker, rest)
	if err != nil {
		return nil, err
	}
	if kind == binaryDict {
		n *= 2
	}
	if n > uint64(len(rest)/p.refSize) {
		return nil, errForm
	}
	if n > uint64(p.budget) {
		return nil, errLimit
	}
	members := make([]any, n)
	for i := range members {
		ref := bigEndian(rest[i*p.refSize:][:p.refSize])
		if members[i], err = p.object(ref, depth+1); err != nil {
			return nil, err
		}
	}
	if kind == binaryArray {
		return members, nil
	}
	keys, values := members[:n/2], members[n/2:]
	dict := make(map[string]any, len(keys))
	for i, k := range keys {
		key, ok := k.(string)
		if !ok {
			return nil, errForm
		}
		dict[key] = values[i]
	}
	return dict, nil
}

// binaryCount reads how many bytes, characters or members follow: the low half of
// the marker, or 15 and an integer object.
func binaryCount(marker byte, rest []byte) (uint64, []byte, error) {
	if n := marker & 0xF; n != 0xF {
		return uint64(n), rest, nil
	}
	if len(rest) == 0 || rest[0]>>4 != binaryInteger {
		return 0, nil, errForm
	}
	size := 1 << (rest[0] & 0xF)
	if !isIntegerSize(size) || len(rest) <= size {
		return 0, nil, errForm
	}
	n := bigEndian(rest[1:][:size])
	if n > maxText {
		return 0, nil, errForm
	}
	return n, rest[1+size:], nil
}

func bigEndian(b []byte) uint64 {
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}
