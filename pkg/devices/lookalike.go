package devices

import "bytes"

// udidDigits is how many hexadecimal digits a UDID had until 2018; no token is so short.
const udidDigits = 40

// lookAlike tells what is copied in place of a token because it looks like one.
func lookAlike(text []byte) Fault {
	const newer, half = 25, 8 // 00008030-000A1B2C3D4E5F60
	switch {
	case isUUID(text):
		return UUID
	case len(text) == newer && text[half] == '-' && isHex(text[:half]) && isHex(text[half+1:]):
		return UDID
	case isPrinted(text) && isShort(text):
		return PrintedShort
	}
	return ""
}

func isHex(text []byte) bool {
	_, n := appendHex(nil, text)
	return n == len(text)
}

// isPrinted tells how Data prints itself: "{length = 32, bytes = 0x740f4707 … }" since
// iOS 13, and "32 bytes" in Swift.
func isPrinted(text []byte) bool {
	switch text[0] {
	case '{', 'l':
		return bytes.HasPrefix(bytes.TrimLeft(text, "{ "), []byte("length"))
	case '<':
		return true
	}
	return bytes.HasSuffix(bytes.TrimRight(text, ")"), []byte(" bytes"))
}

// isShort tells that what is printed leaves bytes out: the rest cannot be had from it. A
// table cuts the form in braces off at its comma.
func isShort(text []byte) bool {
	return bytes.Contains(text, []byte("..")) || bytes.Contains(text, []byte("…")) ||
		text[0] != '<' && !bytes.Contains(text, []byte("0x"))
}

// described is the hexadecimal within a description of NSData, in either of its forms.
func described(text []byte) (digits []byte, ok bool) {
	if text[0] == '<' && text[len(text)-1] == '>' {
		return text[1 : len(text)-1], true
	}
	if !isPrinted(text) {
		return nil, false
	}
	_, digits, ok = bytes.Cut(text, []byte("0x"))
	return bytes.TrimRight(digits, "} \t"), ok
}
