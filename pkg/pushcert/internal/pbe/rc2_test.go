package pbe

import (
	"encoding/hex"
	"testing"
)

// TestRC2Vectors are those of RFC 2268, section 5, whose key bits all count.
func TestRC2Vectors(t *testing.T) {
	for _, row := range []struct{ key, plain, cipher string }{
		{"ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{"3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{"88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
	} {
		key, err := hex.DecodeString(row.key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := newRC2(key)
		if err != nil {
			t.Fatal(err)
		}
		block, err := hex.DecodeString(row.plain)
		if err != nil {
			t.Fatal(err)
		}
		c.Encrypt(block, block)
		if got := hex.EncodeToString(block); got != row.cipher {
			t.Errorf("key %s: %s, want %s", row.key, got, row.cipher)
		}
		c.Decrypt(block, block)
		if got := hex.EncodeToString(block); got != row.plain {
			t.Errorf("key %s: back to %s, want %s", row.key, got, row.plain)
		}
	}
}
