package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Servers are verified, and TLS is 1.2 or later: no source turns either off. One place verifies by
// itself, because it tells which part of a certificate is wrong.
func TestVerificationCannotBeTurnedOff(t *testing.T) {
	byItself := map[string]bool{"pkg/doctor/probe.go": true}
	off := regexp.MustCompile(`InsecureSkipVerify|VersionTLS1[01]|VersionSSL30`)
	files := 0
	for _, folder := range []string{"pkg", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			switch found := off.Find(text); {
			case found == nil && byItself[name]:
				t.Errorf("%s verifies like the others now: take it off the list", name)
			case found != nil && (!byItself[name] || !strings.Contains(string(text), "VerifyConnection:")):
				t.Errorf("%s has %s", name, found)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 200 {
		t.Fatalf("only %d sources were found", files)
	}
	t.Logf("%d sources", files)
}
