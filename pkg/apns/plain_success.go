package apns

// The statuses of the static table (RFC 7541 appendix A), as whole fields.
const (
	firstStatus = indexedField | 8
	lastStatus  = indexedField | 14
	lastPseudo  = 14 // the names up to this index begin with a colon
)

// isPlainSuccess tells a header block that begins with the status 200 and changes nothing in the
// dynamic table (RFC 7541 section 6), as that of nearly every accepted push: it need not be decoded.
func isPlainSuccess(b []byte) (ok bool) {
	const status200 = firstStatus
	if len(b) == 0 || b[0] != status200 {
		return false
	}
	for b = b[1:]; len(b) > 0; {
		if b, ok = skipField(b); !ok {
			return false
		}
	}
	return true
}

// skipField passes a field that is no pseudo header and leaves the table as it is.
func skipField(b []byte) (rest []byte, ok bool) {
	switch {
	case b[0]&indexedField != 0 && b[0] <= indexedField|lastPseudo:
		return nil, false
	case b[0]&indexedField != 0:
		return skipInteger(b, 7)
	case b[0]&0xe0 != 0: // only a literal without indexing, or never indexed, changes nothing
		return nil, false
	}
	if b, ok = skipName(b); !ok {
		return nil, false
	}
	return skipString(b)
}

// skipName passes the name of a literal field that is no pseudo header.
func skipName(b []byte) (rest []byte, ok bool) {
	switch name := b[0] & 0x0f; {
	case name > lastPseudo, name == 0 && (len(b) < 3 || !isPseudo(b[1]&0x80 != 0, b[2])):
		if name > 0 {
			return skipInteger(b, 4)
		}
		return skipString(b[1:])
	}
	return nil, false
}

// isPseudo tells by its first octet a name that begins with a colon, which the Huffman code writes
// as 1011100 (RFC 7541 appendix B).
func isPseudo(coded bool, first byte) bool {
	if coded {
		return first&0xfe == 0xb8
	}
	return first == ':'
}

// skipInteger passes an integer with a prefix of so many bits.
func skipInteger(b []byte, bits int) (rest []byte, ok bool) {
	mask := byte(1<<bits - 1)
	if b[0]&mask != mask {
		return b[1:], true
	}
	for i := 1; i < len(b) && i < 5; i++ {
		if b[i]&0x80 == 0 {
			return b[i+1:], true
		}
	}
	return nil, false
}

// skipString passes a string literal of fewer than 127 bytes; longer ones are rare.
func skipString(b []byte) (rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, false
	}
	n := int(b[0] & 0x7f)
	if n == 0x7f || len(b) < 1+n {
		return nil, false
	}
	return b[1+n:], true
}
