package mask_test

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/mask"
)

func TestKeys(t *testing.T) {
	for _, row := range []struct{ text, want, found string }{
		{"age1qqqqqq", "age1qqqqqq", ""},
		{"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", ""},
		{"bad flag: -----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----, twice", "bad flag: -----BEGIN OPENSSH PRIVATE KEY-----…, twice", "-----BEGIN OPENSSH PRIVATE KEY-----…"},
		{"-----BEGIN RSA PRIVATE KEY----- MIIE and no end", "-----BEGIN RSA PRIVATE KEY-----…", "-----BEGIN RSA PRIVATE KEY-----…"},
		{"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ", "-----BEGIN PGP PRIVATE KEY BLOCK-----…", "-----BEGIN PGP PRIVATE KEY BLOCK-----…"},
		{"x\ufffd-----BEGIN PRIVATE KEY-----\ufffdMIIE\ufffd-----END PRIVATE KEY-----\ufffd", "x\ufffd-----BEGIN PRIVATE KEY-----…\ufffd", "-----BEGIN PRIVATE KEY-----…"},
		{`"AGE-SECRET-KEY-1ANL2270JQ9A" is none`, `"AGE-SECRET-KEY-1…" is none`, "AGE-SECRET-KEY-1…"},
		{"age-secret-key-1anl2270jq9a", "age-secret-key-1…", "age-secret-key-1…"},
		{"AGE-SECRET-KEY-PQ-1ANL2270JQ9A", "AGE-SECRET-KEY-PQ-1…", "AGE-SECRET-KEY-PQ-1…"},
		{"AGE-PLUGIN-YUBIKEY-1Q7XYZQQ", "AGE-PLUGIN-YUBIKEY-1…", "AGE-PLUGIN-YUBIKEY-1…"},
		{"b3BlbnNzaC1rZXktdjEAAAAABG5vbmU=", "b3BlbnNzaC1rZXktdjE…", "b3BlbnNzaC1rZXktdjE…"},
	} {
		if got := mask.Keys(row.text); got != row.want {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
		}
		if got := mask.Find(row.text); got != row.found {
			t.Errorf("%q: found %q, want %q", row.text, got, row.found)
		}
		again := row.want + " is none"
		if got := mask.Keys(again); got != again {
			t.Errorf("%q: %q when it is masked again", row.want, got)
		}
	}
}
