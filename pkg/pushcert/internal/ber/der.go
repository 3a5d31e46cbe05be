package ber

import (
	"bytes"
	"encoding/binary"
)

// The bits of a tag's first octet, and a tag (X.690, section 8.1.2).
const (
	constructed = 0x20
	longTag     = 0x1F
	Sequence    = 0x30
	Octets      = 0x04
	context0    = 0xA0
)

// ToDER writes the first element of a BER encoding anew as DER readers want it: with every
// length stated, and octet strings in one part (X.690, sections 8.1.3.6 and 8.7.3). NSS, Java's
// Bouncy Castle and Apple's Keychain write PKCS #12 and CMS in BER. DER comes back byte for byte.
func ToDER(data []byte) (der, rest []byte, err error) {
	size, err := Check(data)
	if err != nil {
		return nil, nil, err
	}
	return rewritten(data[:size]), data[size:], nil
}

// rewritten is ToDER of one whole element that Check has passed: the depth is bounded.
func rewritten(element []byte) []byte {
	header, length, _ := Header(element)
	tag, content := element[:tagSize(element)], element[header:]
	if tag[0]&constructed == 0 {
		return Wrap(tag, content)
	}
	if length == Unsized {
		content = content[:len(content)-2]
	}
	var members [][]byte
	for len(content) > 0 {
		size, _ := Check(content)
		members = append(members, rewritten(content[:size]))
		content = content[size:]
	}
	for i := 1; i < len(members); i++ {
		// EncryptedContentInfo (RFC 5652, section 6.1): behind its algorithm stand octets with a
		// tag of their own, which a writer may cut in parts too.
		if members[i-1][0] == Sequence && members[i][0] == context0 {
			members[i] = joinedContext(members[i])
		}
	}
	if tag[0] == Octets|constructed {
		return Wrap([]byte{Octets}, contents(members))
	}
	return Wrap(tag, bytes.Join(members, nil))
}

// joinedContext is [0] IMPLICIT OCTET STRING in one part, if that is what the element is.
func joinedContext(element []byte) []byte {
	header, _, _ := Header(element)
	var parts [][]byte
	for rest := element[header:]; len(rest) > 0; {
		size, length, err := Header(rest)
		if err != nil || rest[0] != Octets {
			return element
		}
		parts, rest = append(parts, rest[:size+length]), rest[size+length:]
	}
	if len(parts) == 0 {
		return element
	}
	return Wrap([]byte{context0 &^ constructed}, contents(parts))
}

// contents joins what stands in elements of DER.
func contents(elements [][]byte) []byte {
	var all []byte
	for _, e := range elements {
		header, _, _ := Header(e)
		all = append(all, e[header:]...)
	}
	return all
}

// tagSize is how many octets the tag has that element begins with.
func tagSize(element []byte) int {
	if element[0]&longTag != longTag {
		return 1
	}
	n := 1
	for element[n] >= 0x80 {
		n++
	}
	return n + 1
}

// Wrap puts tag and length before content.
func Wrap(tag, content []byte) []byte {
	out := append(make([]byte, 0, len(tag)+5+len(content)), tag...)
	if n := len(content); n < 0x80 {
		out = append(out, byte(n))
	} else {
		long := bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, uint32(n)), "\x00")
		out = append(append(out, 0x80|byte(len(long))), long...)
	}
	return append(out, content...)
}
