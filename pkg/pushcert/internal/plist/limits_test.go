package plist

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

func TestXMLPlistDepth(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte("<plist>" + strings.Repeat("<array>", depth) + strings.Repeat("</array>", depth) + "</plist>")
	}
	if _, err := Read(nested(MaxDepth)); err != nil {
		t.Error(err)
	}
	if _, err := Read(nested(MaxDepth + 2)); !errors.Is(err, errLimit) {
		t.Errorf("deeper than allowed: %v", err)
	}
	million := []byte("<plist>" + strings.Repeat("<array>", 1_000_000))
	if _, err := Read(million); !errors.Is(err, errLimit) {
		t.Errorf("a million levels: %v", err)
	}
}

func TestXMLPlistForms(t *testing.T) {
	rows := []struct {
		name, text string
		ok         bool
	}{
		{"empty dict", "<plist><dict/></plist>", true},
		{"comment", "<plist><!-- note --><dict><key>a</key><!-- note --><string>b</string></dict></plist>", true},
		{"date, real, integer", "<plist><array><date>2026-01-01T00:00:00Z</date><real>1.5</real><integer>3</integer></array></plist>", true},
		{"UTF-16 declared after conversion", `<?xml version="1.0" encoding="UTF-16"?><plist><dict/></plist>`, true},
		{"nothing", "<plist></plist>", false},
		{"value without key", "<plist><dict><string>b</string></dict></plist>", false},
		{"key without value", "<plist><dict><key>a</key></dict></plist>", false},
		{"two keys", "<plist><dict><key>a</key><key>b</key><true/></dict></plist>", false},
		{"key in array", "<plist><array><key>a</key></array></plist>", false},
		{"two values", "<plist><dict/><dict/></plist>", false},
		{"unknown element", "<plist><dict><key>a</key><blob>x</blob></dict></plist>", false},
		{"element in a string", "<plist><string>a<b/></string></plist>", false},
		{"data that is not base64", "<plist><data>*</data></plist>", false},
		{"unknown character set", `<?xml version="1.0" encoding="Shift_JIS"?><plist><dict/></plist>`, false},
		{"declared entity", `<!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>`, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if _, err := Read([]byte(row.text)); (err == nil) != row.ok {
				t.Errorf("err = %v", err)
			}
		})
	}
}

// binaryPlistOf writes objects, each at the offset where it stands, with two-byte
// references.
func binaryPlistOf(objects ...[]byte) []byte {
	data := []byte("bplist00")
	var table []byte
	for _, o := range objects {
		table = binary.BigEndian.AppendUint32(table, uint32(len(data)))
		data = append(data, o...)
	}
	trailer := make([]byte, trailerSize)
	trailer[6], trailer[7] = 4, 2
	binary.BigEndian.PutUint64(trailer[8:], uint64(len(objects)))
	binary.BigEndian.PutUint64(trailer[24:], uint64(len(data)))
	return append(append(data, table...), trailer...)
}

// arrayOf is an array with n references to object ref.
func arrayOf(n int, ref uint16) []byte {
	data := []byte{0xAF, 0x12}
	data = binary.BigEndian.AppendUint32(data, uint32(n))
	for range n {
		data = binary.BigEndian.AppendUint16(data, ref)
	}
	return data
}

func TestBinaryPlistBombsAreRefused(t *testing.T) {
	var doubling, deep [][]byte
	for i := range 40 {
		doubling = append(doubling, arrayOf(2, uint16(i+1)))
	}
	for i := range 1000 {
		deep = append(deep, arrayOf(1, uint16(i+1)))
	}
	long := append([]byte{0x5F, 0x12, 0x00, 0x10, 0x00, 0x00}, bytes.Repeat([]byte{'a'}, 1<<20)...)
	for name, data := range map[string][]byte{
		"two to the power of forty": binaryPlistOf(append(doubling, []byte{0x08})...),
		"a thousand levels":         binaryPlistOf(append(deep, []byte{0x08})...),
		"one long text, many times": binaryPlistOf(arrayOf(1000, 1), long),
		"an array of millions":      binaryPlistOf([]byte{0xAF, 0x12, 0x00, 0xFF, 0xFF, 0xFF}),
	} {
		if _, err := Read(data); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if value, err := Read(binaryPlistOf(arrayOf(3, 1), []byte{0x53, 'a', 'b', 'c'})); err != nil || len(value.([]any)) != 3 {
		t.Errorf("a good list: %v, %v", value, err)
	}
}
