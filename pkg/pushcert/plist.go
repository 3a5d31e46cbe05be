package pushcert

import (
	"bytes"
	"errors"
)

// Limits of a property list. Apple's own files nest six levels deep at most.
const (
	maxPlistDepth  = 64
	maxPlistValues = 1 << 18
)

var (
	errPlistForm  = errors.New("not a property list")
	errPlistLimit = errors.New("property list is nested too deep or too large")
)

// isPlist tells whether data begins as a property list that readPlist knows:
// XML or binary.
func isPlist(data []byte) bool {
	return isXMLPlist(data) || bytes.HasPrefix(data, []byte(binaryPlistMagic))
}

// readPlist reads an XML or binary property list into map[string]any, []any,
// string, []byte, bool, and nil for every kind that no file of ours uses.
//
// It exists beside howett.net/plist because files come from strangers: that
// package recurses as deep as the file says, reads a shared object again for
// each reference, and takes any text for an OpenStep list.
func readPlist(data []byte) (any, error) {
	if bytes.HasPrefix(data, []byte(binaryPlistMagic)) {
		return readBinaryPlist(data)
	}
	if isXMLPlist(data) {
		return readXMLPlist(data)
	}
	return nil, errPlistForm
}

// plistDict is a dictionary with typed access; a value of another type counts as
// absent.
type plistDict map[string]any

func (d plistDict) text(key string) string {
	s, _ := d[key].(string)
	return s
}

func (d plistDict) data(key string) []byte {
	b, _ := d[key].([]byte)
	return b
}

func (d plistDict) list(key string) []any {
	l, _ := d[key].([]any)
	return l
}
