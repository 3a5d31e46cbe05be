package disk

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// nastyName makes names of what file systems trip over.
func nastyName(rng *rand.Rand) string {
	parts := []string{
		"a", "A", "b", "/", ":", "\\", "%", "%2F", "~", "_", ".", " ", "-", "é", "e\u0301", "É", "ß", "ſ", "K", "k", "ı", "İ",
		"con", "NUL", "com1", "LPT²", "日本", "\u202e", "\x00", "\xff", "é" + strings.Repeat("x", 90), "?",
	}
	var name strings.Builder
	for range 1 + rng.IntN(4) {
		name.WriteString(parts[rng.IntN(len(parts))])
	}
	return name.String()
}

// TestFileNamesOfProfilesNeverMeet makes fleets of such names. No two of a fleet get one file,
// on no system; each name is one that every system takes, and tells its profile.
func TestFileNamesOfProfilesNeverMeet(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, seed))
	const fleets, size = 300, 40
	names := 0
	for range fleets {
		fleet := map[string]bool{}
		for len(fleet) < size {
			fleet[nastyName(rng)] = true
		}
		var all []string
		for name := range fleet {
			all = append(all, name)
		}
		taken := map[string]string{}
		for _, profile := range all {
			name := Name(profile, all)
			names++
			if other, found := taken[asSeen(name)]; found {
				t.Fatalf("%q and %q share the file name %q", profile, other, name)
			}
			taken[asSeen(name)] = profile
			if fault := unsafe(name); fault != "" {
				t.Errorf("%q: %q %s", profile, name, fault)
			}
			if back, err := url.PathUnescape(name); !strings.Contains(name, "~") && (err != nil || back != profile) {
				t.Errorf("%q: %q reads %q, %v", profile, name, back, err)
			}
		}
	}
	t.Logf("%d names", names)
}

// unsafe says what some system would not take of a file name.
func unsafe(name string) string {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch {
	case name == "" || len(name) > 120:
		return "is too short or too long"
	case strings.ContainsAny(name, "/\\:*?\"<>|\x00") || strings.ContainsRune(name, '\u202e'):
		return "holds a forbidden character"
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "."):
		return "begins or ends badly"
	case slices.Contains([]string{"CON", "NUL", "COM1", "LPT²"}, strings.TrimRight(stem, " ")):
		return "is a device of Windows"
	}
	return ""
}

func TestName(t *testing.T) {
	for _, row := range []struct{ profile, want string }{
		{"acme", "acme"},
		{"Example School", "Example School"},
		{"本社 (東京)", "本社 (東京)"},
		{"a/b\\c", "a%2Fb%5Cc"},
		{"../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"},
		{`C:*?"<>|`, "C%3A%2A%3F%22%3C%3E%7C"},
		{"line\nbreak\x00", "line%0Abreak%00"},
		{"no text \xff", "no text %FF"},
		{"acme.example", "acme.example"},
		{"acme.", "acme%2E"},
		{"-p", "%2Dp"},
		{"con", "%63on"},
		{"Com1.txt", "%43om1.txt"},
		{"com10", "com10"},
		{"100%", "100%25"},
	} {
		if got := Name(row.profile, []string{"other", row.profile}); got != row.want {
			t.Errorf("%q: %q, want %q", row.profile, got, row.want)
		}
	}
}
