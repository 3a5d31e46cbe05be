package testkey_test

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
)

// TestEveryKeyIsAnother asks for more than the file has.
func TestEveryKeyIsAnother(t *testing.T) {
	const ready, more = 48, 1
	first, second := testkey.InTurn(), testkey.InTurn()
	seen := map[string]bool{}
	for n := range ready + more {
		key, err := first()
		if err != nil {
			t.Fatal(err)
		}
		if err := key.Validate(); err != nil || key.N.BitLen() != testkey.Bits {
			t.Errorf("key %d has %d bits: %v", n, key.N.BitLen(), err)
		}
		if other, err := second(); err != nil || !other.Equal(key) || !testkey.Nth(n).Equal(key) {
			t.Errorf("key %d is another's: %v", n, err)
		}
		seen[key.N.String()] = true
	}
	if len(seen) != ready+more {
		t.Errorf("%d different keys of %d", len(seen), ready+more)
	}
}
