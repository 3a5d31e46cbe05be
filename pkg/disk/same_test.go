package disk

import (
	"os"
	"path/filepath"
	"testing"
)

// Two names are one file where something would be lost; a device holds nothing.
func TestSame(t *testing.T) {
	dir := t.TempDir()
	there, other, gone := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "Gone")
	for _, name := range []string{there, other} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{there, there, true},
		{there, filepath.Join(dir, ".", "a"), true},
		{there, other, false},
		{there, gone, false},
		{gone, gone, true},
		{gone, filepath.Join(dir, "gone."), true},
		{os.DevNull, os.DevNull, false},
	} {
		if got := Same(row.a, row.b); got != row.want {
			t.Errorf("%q and %q: %v, want %v", row.a, row.b, got, row.want)
		}
	}
}
