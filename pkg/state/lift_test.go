package state_test

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/state"
)

// TestQuickReading: whatever looks like a block, the tree is that of yaml.v3.
func TestQuickReading(t *testing.T) {
	const pem = "-----BEGIN X-----\n  AAAA\n  -----END X-----\n"
	for _, row := range []struct {
		name, text string
		lifted     int
	}{
		{"a block", "a: |\n  " + pem + "b: 1\n", 1},
		{"two in one", "a: |\n  " + pem + "  " + pem, 1},
		{"in a list", "a:\n- b: |\n    " + strings.ReplaceAll(pem, "\n  ", "\n    ") + "  c: 1\n", 1},
		{"in quotes", "a: \"x\n b: |\n  " + pem + " y\"\nc: 1\n", 1},
		{"in another block", "a: |\n b: |\n  " + pem + "c: 1\n", 1},
		{"in a folded block", "a: >-\n b: |\n  " + pem + "c: 1\n", 1},
		{"before a comment", "a: |\n  " + pem + "# b\nc: 1\n", 1},
		{"before a blank line", "a: |\n  " + pem + "\nb: 1\n", 0},
		{"before a line with more room", "a: |\n  " + pem + "    x\nb: 1\n", 0},
		{"before one with less", "a: |\n  " + pem + " # x\nb: 1\n", 1},
		{"stripped", "a: |-\n  " + pem, 0},
		{"with a tab", "a: |\n  " + pem + "  \tx\n", 0},
		{"with a control character", "a: |\n  -----BEGIN X-----\n  \x01\n", 0},
		{"with Japanese", "a: |\n  -----BEGIN X-----\n  東\n", 0},
		{"without an end of line", "a: |\n  -----BEGIN X-----\n  AA", 0},
		{"with other line ends", "a: |\r\n  -----BEGIN X-----\r\n  AA\r\n", 0},
		{"at the end", "a: |\n", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			if n := state.LiftCount([]byte(row.text)); n != row.lifted {
				t.Errorf("%d blocks lifted, want %d", n, row.lifted)
			}
			if !state.QuickIsTrue([]byte(row.text)) {
				t.Error("the quick way reads something else")
			}
		})
	}
}
