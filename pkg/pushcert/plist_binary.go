package pushcert

import "encoding/binary"

const (
	binaryPlistMagic   = "bplist0"
	binaryPlistTrailer = 32
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

// binaryPlist reads a binary property list: objects, a table of their offsets, a
// trailer that says where the table is.
type binaryPlist struct {
	objects    []byte // all before the offset table
	table      []byte
	offsetSize int
	refSize    int
	count      uint64
	budget     int // references that may still be followed
	text       int // bytes of strings that may still be copied
}

func readBinaryPlist(data []byte) (any, error) {
	if len(data) < len(binaryPlistMagic)+1+binaryPlistTrailer {
		return nil, errPlistForm
	}
	body, trailer := data[:len(data)-binaryPlistTrailer], data[len(data)-binaryPlistTrailer:]
	p := binaryPlist{
		offsetSize: int(trailer[6]), refSize: int(trailer[7]),
		count:  binary.BigEndian.Uint64(trailer[8:]),
		budget: maxPlistValues, text: MaxFileSize,
	}
	start := binary.BigEndian.Uint64(trailer[24:])
	if start > uint64(len(body)) || !isIntegerSize(p.offsetSize) || !isIntegerSize(p.refSize) {
		return nil, errPlistForm
	}
	p.objects, p.table = body[:start], body[start:]
	if p.count > uint64(len(p.table)/p.offsetSize) {
		return nil, errPlistForm
	}
	return p.object(binary.BigEndian.Uint64(trailer[16:]), 0)
}

func isIntegerSize(n int) bool { return n == 1 || n == 2 || n == 4 || n == 8 }

// object reads object number ref. The depth and the budget stop files that refer
// to themselves or to one object many times over.
func (p *binaryPlist) object(ref uint64, depth int) (any, error) {
	if p.budget--; p.budget < 0 || depth > maxPlistDepth {
		return nil, errPlistLimit
	}
	if ref >= p.count {
		return nil, errPlistForm
	}
	offset := bigEndian(p.table[ref*uint64(p.offsetSize):][:p.offsetSize])
	if offset >= uint64(len(p.objects)) {
		return nil, errPlistForm
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
	return nil, errPlistForm
}

func (p *binaryPlist) scalar(kind, marker byte, rest []byte) (any, error) {
	n, rest, err := binaryCount(marker, rest)
	if err != nil {
		return nil, err
	}
	if kind == binaryUTF16 {
		n *= 2
	}
	if n > uint64(len(rest)) {
		return nil, errPlistForm
	}
	raw := rest[:n]
	if kind == binaryData {
		return raw, nil
	}
	if p.text -= len(raw); p.text < 0 {
		return nil, errPlistLimit
	}
	if kind == binaryASCII {
		return string(raw), nil
	}
	return utf16Text(raw, binary.BigEndian), nil
}

// container reads an array, or a dictionary: all references to keys, then all to
// values.
func (p *binaryPlist) container(kind, marker byte, rest []byte, depth int) (any, error) {
	n, rest, err := binaryCount(marker, rest)
	if err != nil {
		return nil, err
	}
	if kind == binaryDict {
		n *= 2
	}
	if n > uint64(len(rest)/p.refSize) {
		return nil, errPlistForm
	}
	if n > uint64(p.budget) {
		return nil, errPlistLimit
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
			return nil, errPlistForm
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
		return 0, nil, errPlistForm
	}
	size := 1 << (rest[0] & 0xF)
	if !isIntegerSize(size) || len(rest) <= size {
		return 0, nil, errPlistForm
	}
	n := bigEndian(rest[1:][:size])
	if n > MaxFileSize {
		return 0, nil, errPlistForm
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
