package state_test

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/state"
)

// TestReadingByEntries: whatever is read entry by entry is what yaml.v3 reads in the whole.
// Rows that are not quick are left to it.
func TestReadingByEntries(t *testing.T) {
	const (
		head = "version: 1\n"
		pem  = "-----BEGIN X-----\n  AAAA\n  -----END X-----\n"
		one  = head + "profiles:\n  a:\n"
	)
	for _, row := range []struct {
		name, text string
		quick      bool
	}{
		{"nothing else", head, true},
		{"a block", head + "trust_root: |\n  " + pem + "sealing: {}\n", true},
		{"a block at the end", head + "trust_root: |\n  " + pem, true},
		{"two in one", head + "trust_root: |\n  " + pem + "  " + pem, true},
		{"stripped", head + "trust_root: |-\n  " + pem, true},
		{"kept", head + "trust_root: |+\n  " + pem + "\n\nsettings: {}\n", true},
		{"before a comment", head + "trust_root: |\n  " + pem + "# b\nsettings: {}\n", true},
		{"before a comment with less room", head + "trust_root: |\n  " + pem + " # b\nsettings: {}\n", true},
		{"before a comment with more", head + "trust_root: |\n  " + pem + "   # b\nsettings: {}\n", true},
		{"before a blank line", head + "trust_root: |\n  " + pem + "\n\nsettings: {}\n", true},
		{"around blank lines", head + "trust_root: |\n  " + pem + "\n\n  " + pem + "settings: {}\n", true},
		{"around spaces", head + "trust_root: |\n  " + pem + "    \n  " + pem, true},
		{"without an end of line", head + "trust_root: |\n  -----BEGIN X-----\n  AA", true},
		{"with other line ends", strings.ReplaceAll(head+"trust_root: |\n  "+pem+"\n  "+pem+"settings:\n  email: e\n", "\n", "\r\n"), true},
		{"with a tab", head + "trust_root: |\n  " + pem + "  \tx\n", true},
		{"with Japanese", head + "trust_root: |\n  -----BEGIN X-----\n  東\n", true},
		{"with a next line of YAML 1.1", head + "trust_root: |\n  a\u0085profiles:\u0085  b: {}\n", false},
		{"with DEL", head + "trust_root: |\n  a\x7fb\n", false},
		{"no profiles", head + "profiles:\nsettings: {}\n", false},
		{"no profiles at the end", head + "profiles:\n# none\n", false},
		{"no profiles in a line", head + "profiles: {}\n", true},
		{"with a line of YAML 1.1", head + "trust_root: |\n  a\u2028profiles:\u2028  b: {}\n", false},
		{"in quotes", one + "    remarks: \"x\n     b: |\n      -----BEGIN X-----\n      y\"\n", true},
		{"an entry in quotes", one + "    remarks: \"x\n\n  b:\n    remarks: y\"\n", false},
		{"an entry in a comment", one + "    remarks: x # y\n  # b:\n    shared: true\n", true},
		{"comments behind", head + "settings: # a\n  email: e # b\n  country: 'x' # c\n  organization: a#b\n", true},
		{"values of two lines", head + "settings:\n  email: a\n    b\n  country: x\n", true},
		{"a colon in a value", head + "settings:\n  email: a: b\n", false},
		{"a comment in a name", head + "profiles:\n  a #b:\n    first: true\n", false},
		{"a colon behind a value", head + "settings:\n  email: e:\n", false},
		{"a space behind a value", head + "settings:\n  email: e \n", true},
		{"an escape in quotes", head + "settings:\n  email: \"a\\\"b\"\n", true},
		{"a quote in quotes", head + "settings:\n  country: 'a''b'\n", true},
		{"another quote in quotes", head + "settings:\n  organization: '\"'\n", true},
		{"around fewer spaces", head + "trust_root: |\n    AA\n  \n    BB\n", true},
		{"an empty block", head + "settings:\n  organization: |\n  email: e\n", true},
		{"nothing and null", head + "settings:\n  email:\n  country: null\n  organization: ~\n", true},
		{"numbers and words as text", one + "    remarks: 2027\n    email: true\n    country: 1.50\n", true},
		{"odd numbers", head + "settings:\n  warn_days: 0x10\n  critical_days: 010\n", true},
		{"odd truths", one + "    shared: True\n    first: false\n", true},
		{"a number in quotes", head + "settings:\n  warn_days: '7'\n", false},
		{"a list", head + "sealing:\n  recipients:\n    - age1\n    - 'b'\n    - c # d\n", true},
		{"a list at the margin", head + "sealing:\n  recipients:\n  - age1\n  - b\n", true},
		{"names", head + "profiles:\n  a b:\n    shared: true\n  \"c: d\":\n    shared: true\n  東京:\n    shared: true\n  <<:\n    shared: true\n", false},
		{"names in quotes", head + "profiles:\n  'a':\n    shared: true\n  \"b\\tc\": {}\n", false},
		{"entries in a line", head + "profiles:\n  a: {}\n  b: {remarks: x}\n", true},
		{"entries further right", head + "profiles:\n      a:\n        shared: true\n      b: {}\n", true},
		{"entries of two margins", head + "profiles:\n    a: {}\n  b: {}\n", false},
		{"a flow before an entry", head + "profiles:\n  {a: {}}\n  b: {}\n", false},
		{"a complex key", head + "profiles:\n  ? a\n  : {}\n", false},
		{"a name twice", head + "profiles:\n  a: {}\n  \"a\": {}\n", false},
		{"a name twice, plain", head + "profiles:\n  a:\n    first: true\n  a:\n    first: true\n", false},
		{"a key twice", head + "settings:\n  email: e\n  email: e\n", false},
		{"an entry twice", head + "settings: {}\nsealing: {}\nsettings: {}\n", false},
		{"an entry twice in quotes", head + "settings: {}\n\"settings\": {}\n", false},
		{"profiles twice", one + "    first: true\nprofiles:\n  b:\n    first: true\n", false},
		{"an anchor", head + "profiles:\n  a: &x {}\n  b: *x\n", false},
		{"two documents", head + "---\nsettings: {}\n", false},
		{"an end", head + "...\n", false},
		{"another version", "version: 0\n", false},
		{"no version", "settings: {}\n", false},
		{"a mark", "\ufeff" + head, false},
		{"a mark within", head + "\ufeffsettings: {}\n", false},
		{"bytes", head + "settings:\n  email: \xff\n", false},
		{"an unknown key", one + "    unknown: 1\n", false},
		{"a damaged comment", head + "# \x01\nprofiles:\n  a: {}\n", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			read, same := state.ReadsAlike([]byte(row.text))
			if read != row.quick || !same {
				t.Errorf("read entry by entry: %v, want %v; as a whole the same: %v", read, row.quick, same)
			}
		})
	}
}
