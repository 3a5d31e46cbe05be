package ber

import (
	"bytes"
	"testing"
)

func TestBERIsWalkedWithinLimits(t *testing.T) {
	unsized := func(depth int) []byte {
		return append(bytes.Repeat([]byte{0x30, 0x80}, depth), append([]byte{0x05, 0x00}, make([]byte, 2*depth)...)...)
	}
	many := append([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x05, 0x00}, maxUnsizedMembers+1)...)
	rows := []struct {
		name string
		data []byte
		ok   bool
	}{
		{"a member", []byte{0x30, 0x02, 0x05, 0x00}, true},
		{"no member", []byte{0x30, 0x00}, true},
		{"unsized", unsized(3), true},
		{"unsized, as deep as allowed", unsized(maxDepth), true},
		{"unsized, deeper", unsized(maxDepth + 2), false},
		{"unsized and empty", []byte{0x30, 0x80, 0x00, 0x00}, true},
		{"unsized, too many members", append(many, 0, 0), false},
		{"unsized primitive", []byte{0x04, 0x80, 0x00, 0x00}, false},
		{"member longer than its parent", []byte{0x30, 0x03, 0x04, 0x04, 1, 2, 3, 4}, false},
		{"unsized beyond its parent", []byte{0x30, 0x04, 0x30, 0x80, 0x05, 0x00, 0x00, 0x00}, false},
		{"length of five octets", []byte{0x30, 0x85, 1, 1, 1, 1, 1}, false},
		{"longer than the file", []byte{0x30, 0x82, 0xFF, 0xFF}, false},
		{"long tag without end", []byte{0x3F, 0xFF, 0xFF}, false},
		{"nothing", nil, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if _, err := Check(row.data); (err == nil) != row.ok {
				t.Errorf("err = %v", err)
			}
		})
	}
}
