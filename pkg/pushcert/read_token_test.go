package pushcert

import "testing"

func TestLocationName(t *testing.T) {
	for name, want := range map[string]string{
		"sToken_for_Tokyo.vpptoken":                     "Tokyo",
		"/a/b/sToken_for_Head office (2).vpptoken":      "Head office",
		`C:\Users\x\stoken_for_東京(1).VPPTOKEN`:          "東京",
		"sToken_for_.vpptoken":                          "",
		"Tokyo.vpptoken":                                "",
		"MDM_Token_2026-07-01T22-18-53Z_smime.vpptoken": "",
	} {
		if got := locationName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A token that does not tell its end is not checked by one.
func TestATokenIsCheckedByItsEndIfItTellsOne(t *testing.T) {
	for file, want := range map[string][]string{
		"token/renamed.p7m":                 {},
		"token/decrypted.txt":               {"expired.ade-token"},
		"token/sToken_for_Example.vpptoken": {"expired.content-token"},
	} {
		read, err := Read("", readCorpus(t, file), nil)
		if err != nil {
			t.Fatal(err)
		}
		found := keysOf(read.Check(testNow.AddDate(30, 0, 0), DefaultPolicy(), Apple()))
		if len(found) != len(want) || len(want) > 0 && found[0] != want[0] {
			t.Errorf("%s: %q, want %q", file, found, want)
		}
	}
}
