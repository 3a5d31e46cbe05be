package portal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// A binary property list is a magic number, objects, a table of their offsets and a trailer
// (Apple, CFBinaryPList.c). It is read here and not by the library, which believes
// lengths and widths: one of a few bytes makes it ask for terabytes, or point outside
// its buffer, and neither can be recovered from.
const (
	binaryMagic   = "bplist0" // the version's second digit is not looked at, as in CFBinaryPList.c
	binaryHeader  = 8
	binaryTrailer = 32
	binaryMaxKeys = 64 // a request has three
)

// The kinds of object, in the upper half of its first byte, that a request is made of.
const (
	binaryInteger    = 0x1
	binaryASCII      = 0x5
	binaryUTF16      = 0x6
	binaryDictionary = 0xd
)

var errBinaryCut = errors.New("binary property list: something lies outside of the file")

// binaryList is a binary property list whose trailer has been checked.
type binaryList struct {
	objects           []byte // header and objects
	offsets           []byte // the table, a whole number of entries
	offsetSize, width int    // bytes of an offset and of a reference, 1 to 8
}

// readBinaryPlist gives the strings of the top dictionary. Values of other kinds are left
// out and never looked into, so that no nesting can be too deep.
func readBinaryPlist(document []byte) (map[string]any, error) {
	list, top, err := openBinary(document)
	if err != nil {
		return nil, err
	}
	kind, count, content, err := list.object(top)
	if err != nil {
		return nil, err
	}
	if kind != binaryDictionary || count > binaryMaxKeys {
		return nil, fmt.Errorf("binary property list: no dictionary of at most %d keys", binaryMaxKeys)
	}
	n := int(count)
	if len(content) < 2*n*list.width {
		return nil, errBinaryCut
	}
	values := make(map[string]any, n)
	for i := range n {
		key, isString, err := list.text(content[i*list.width:])
		if err != nil {
			return nil, err
		}
		if !isString {
			return nil, errors.New("binary property list: a key is not a string")
		}
		value, isString, err := list.text(content[(n+i)*list.width:])
		if err != nil {
			return nil, err
		}
		if isString {
			values[key] = value
		}
	}
	return values, nil
}

// openBinary reads the trailer: six unused bytes, both widths, the number of objects, the
// top object and where the table begins.
func openBinary(document []byte) (list binaryList, top uint64, err error) {
	end := len(document) - binaryTrailer
	if end < binaryHeader {
		return binaryList{}, 0, errBinaryCut
	}
	trailer := document[end:]
	list.offsetSize, list.width = int(trailer[6]), int(trailer[7])
	count, top, table := bigEndian(trailer[8:16]), bigEndian(trailer[16:24]), bigEndian(trailer[24:32])
	if min(list.offsetSize, list.width) < 1 || max(list.offsetSize, list.width) > 8 {
		return binaryList{}, 0, errors.New("binary property list: impossible widths")
	}
	if table < binaryHeader || table > uint64(end) || count > (uint64(end)-table)/uint64(list.offsetSize) {
		return binaryList{}, 0, errBinaryCut
	}
	list.objects = document[:table]
	list.offsets = document[table:][:int(count)*list.offsetSize]
	return list, top, nil
}

// object gives the kind of an object, its length in the units of that kind, and all that
// follows; whether the length fits is for the caller to see.
func (l binaryList) object(index uint64) (kind byte, length uint64, content []byte, err error) {
	if index >= uint64(len(l.offsets)/l.offsetSize) {
		return 0, 0, nil, errBinaryCut
	}
	offset := bigEndian(l.offsets[int(index)*l.offsetSize:][:l.offsetSize])
	if offset < binaryHeader || offset >= uint64(len(l.objects)) {
		return 0, 0, nil, errBinaryCut
	}
	tag, content := l.objects[offset], l.objects[offset+1:]
	kind, length = tag>>4, uint64(tag&0xf)
	if length < 0xf || (kind != binaryDictionary && kind != binaryASCII && kind != binaryUTF16) {
		return kind, length, content, nil
	}
	// Longer than 14: an integer object with the true length follows.
	if len(content) == 0 || content[0]>>4 != binaryInteger || content[0]&0xf > 3 {
		return 0, 0, nil, errBinaryCut
	}
	size := 1 << (content[0] & 0xf)
	if content = content[1:]; len(content) < size {
		return 0, 0, nil, errBinaryCut
	}
	return kind, bigEndian(content[:size]), content[size:], nil
}

// text reads the string that the reference at the start of refs points to.
func (l binaryList) text(refs []byte) (value string, isString bool, err error) {
	kind, length, content, err := l.object(bigEndian(refs[:l.width]))
	if err != nil {
		return "", false, err
	}
	switch kind {
	case binaryASCII:
		if length > uint64(len(content)) {
			return "", false, errBinaryCut
		}
		return string(content[:length]), true, nil
	case binaryUTF16:
		if length > uint64(len(content)/2) {
			return "", false, errBinaryCut
		}
		units := make([]uint16, length)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(content[2*i:])
		}
		return string(utf16.Decode(units)), true, nil
	default:
		return "", false, nil
	}
}

// bigEndian reads a number of up to eight bytes.
func bigEndian(b []byte) (n uint64) {
	for _, x := range b {
		n = n<<8 | uint64(x)
	}
	return n
}
