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
