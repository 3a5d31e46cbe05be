package plist

import (
	"bytes"
	"errors"
)

// Limits of a property list. Apple's own files nest six levels deep at most.
const (
	MaxDepth  = 64
	maxValues = 1 << 18
	maxText   = 16 << 20 // bytes of all texts together
)

var (
	errForm  = errors.New("not a property list")
	errLimit = errors.New("property list is nested too deep or too large")
)

// Is tells whether data begins as a property list that Read knows:
// XML or binary.
func Is(data []byte) bool {
	return isXML(data) || bytes.HasPrefix(data, []byte(BinaryMagic))
}

// Read reads an XML or binary property list into map[string]any, []any,
// string, []byte, bool, and nil for every kind that no file of ours uses.
func Read(data []byte) (any, error) {
	if bytes.HasPrefix(data, []byte(BinaryMagic)) {
		return ReadBinary(data)
	}
	if isXML(data) {
		return ReadXML(data)
	}
	return nil, errForm
}

// Dict is a dictionary with typed access; a value of another type counts as
// absent.
type Dict map[string]any

// Text is a string, or empty.
func (d Dict) Text(key string) string {
	s, _ := d[key].(string)
	return s
}

// Data is a value of bytes, or nil.
func (d Dict) Data(key string) []byte {
	b, _ := d[key].([]byte)
	return b
}

// List is an array, or nil.
func (d Dict) List(key string) []any {
	l, _ := d[key].([]any)
	return l
}
