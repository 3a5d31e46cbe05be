package apns

// isPlainSuccess tells a header block that begins with the status 200 and changes nothing in the
// dynamic table (RFC 7541 section 6), as that of nearly every accepted push: it need not be decoded.
func isPlainSuccess(b []byte) (ok bool) {
	const status200 = indexedField | 8
	if len(b) == 0 || b[0] != status200 {
		return false
	}
	for b = b[1:]; len(b) > 0; {
		switch {
		case b[0]&indexedField != 0:
			b, ok = skipInteger(b, 7)
		case b[0]&0xe0 == 0: // literal without indexing, or never indexed
			if b[0]&0x0f == 0 {
				b, ok = skipString(b[1:])
			} else {
				b, ok = skipInteger(b, 4)
			}
			if ok {
				b, ok = skipString(b)
			}
		default:
			return false
		}
		if !ok {
			return false
		}
	}
	return true
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
